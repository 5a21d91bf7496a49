#include "daemon/transport/refusals.hpp"

#include "base/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace filer {
namespace {

constexpr std::chrono::seconds interval{1};

/// Stands for all addresses that there is no room for.
constexpr const char* other_addresses = "";

LogEntry make_entry(const Peer& peer, std::uint64_t count, bool is_one_address) {
  const std::string address = escape(peer.address);
  const std::string subject =
      count == 1
          ? fmt::format("{}: a connection was refused: its key {} is not authorized", address, peer.key)
          : fmt::format("{}{}: {} connections were refused: the key of the last one, {}, is not authorized",
                        address, is_one_address ? "" : " and others", count, peer.key);
  LogEntry entry{LogLevel::notice, message_id::handshake_refused, subject, {}};
  entry.fields.push_back({"FILER_PEER", address});
  if (!peer.user.empty()) entry.fields.push_back({"FILER_USER", escape(peer.user)});
  entry.fields.push_back({"FILER_KEY", peer.key});
  entry.fields.push_back({"FILER_REFUSED_CONNECTIONS", fmt::format("{}", count)});
  return entry;
}

}  // namespace

void Refusals::add(const Peer& peer, Clock::time_point now) {
  const bool has_room = by_address_.size() < most_addresses || by_address_.contains(peer.address);
  const auto [found, is_new] = by_address_.try_emplace(has_room ? peer.address : other_addresses);
  Refused& refused = found->second;
  if (is_new) refused.next = now;
  refused.last = peer;
  ++refused.count;
}

std::vector<LogEntry> Refusals::take_due(Clock::time_point now) {
  std::vector<LogEntry> entries;
  std::erase_if(by_address_,
                [now](const auto& entry) { return entry.second.next <= now && entry.second.count == 0; });
  for (auto& [address, refused] : by_address_) {
    if (refused.next > now) continue;
    entries.push_back(make_entry(refused.last, refused.count, address != other_addresses));
    refused.count = 0;
    refused.next = now + interval;
  }
  return entries;
}

std::optional<Refusals::Clock::time_point> Refusals::next() const {
  std::optional<Clock::time_point> next;
  for (const auto& [address, refused] : by_address_)
    next = std::min(next.value_or(refused.next), refused.next);
  return next;
}

}  // namespace filer
