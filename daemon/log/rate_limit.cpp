#include "daemon/log/rate_limit.hpp"

#include <algorithm>
#include <utility>

namespace filer {
namespace {

bool has_room(std::uint64_t admitted, std::uint64_t rate) {
  return rate == 0 || admitted < rate;
}

}  // namespace

std::vector<LeftOut> RateLimit::advance(Clock::time_point now) {
  if (now < end_) return {};
  std::vector<LeftOut> left_out;
  for (const auto& [event, kind] : kinds_) {
    if (kind.all.left_out == 0) continue;
    const auto loudest =
        std::max_element(kind.peers.begin(), kind.peers.end(),
                         [](const auto& a, const auto& b) { return a.second.left_out < b.second.left_out; });
    left_out.push_back({event, kind.all.left_out, loudest->first, loudest->second.left_out});
  }
  kinds_.clear();
  has_left_out_ = false;
  end_ = now + window;
  return left_out;
}

bool RateLimit::admit(std::string_view event, std::string_view peer) {
  Kind& kind = kinds_[event];
  Count& of_peer = count_of(kind, peer);
  const bool is_admitted =
      has_room(of_peer.admitted, rates_.of_peer) && has_room(kind.all.admitted, rates_.of_all);
  for (Count* count : {&of_peer, &kind.all}) ++(is_admitted ? count->admitted : count->left_out);
  if (!is_admitted) has_left_out_ = true;
  return is_admitted;
}

std::optional<RateLimit::Clock::time_point> RateLimit::next_report() const {
  if (!has_left_out_) return std::nullopt;
  return end_;
}

RateLimit::Count& RateLimit::count_of(Kind& kind, std::string_view peer) {
  const auto known = kind.peers.find(peer);
  if (known != kind.peers.end()) return known->second;
  return kind.peers[std::string(kind.peers.size() < most_peers ? peer : other_peers)];
}

}  // namespace filer
