#include "cli/download/pipeline.hpp"

#include <utility>

namespace filer {
namespace {

constexpr std::size_t most_requests = 512;

/// What a reply costs beside its data.
constexpr std::uint64_t reply_cost = 512;

}  // namespace

bool Pipeline::has_room() const noexcept {
  return asked_.empty() || (asked_.size() < most_requests && in_flight_ < flow_.window());
}

Ticket Pipeline::send(const Request& request, std::uint64_t bytes, Taker taker) {
  const std::uint64_t cost = bytes + reply_cost;
  in_flight_ += cost;
  const Ticket ticket = client_.send(request);
  asked_.emplace(ticket, Asked{bytes, in_flight_, std::move(taker)});
  return ticket;
}

void Pipeline::forget(Ticket ticket) {
  const auto asked = asked_.find(ticket);
  if (asked == asked_.end()) return;
  client_.forget(ticket);
  in_flight_ -= asked->second.bytes + reply_cost;
  asked_.erase(asked);
}

void Pipeline::step(std::chrono::milliseconds most) {
  auto arrival = client_.receive_within(most);
  if (client_.busy_count() != busy_count_) {
    busy_count_ = client_.busy_count();
    flow_.take_busy(FlowControl::Clock::now());
  }
  if (!arrival) return;
  auto found = asked_.extract(arrival->ticket);
  const Asked& asked = found.mapped();
  in_flight_ -= asked.bytes + reply_cost;
  if (asked.bytes > 0) flow_.take_reply(asked.bytes + reply_cost, asked.in_flight, arrival->round_trip);
  asked.taker(*arrival);
}

}  // namespace filer
