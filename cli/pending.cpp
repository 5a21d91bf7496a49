#include "cli/pending.hpp"

#include <algorithm>

namespace filer {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{500};

}  // namespace

std::uint64_t PendingRequests::add(PendingRequest request) {
  requests_.emplace(++last_number_, std::move(request));
  return last_number_;
}

PendingRequest* PendingRequests::find(std::uint64_t number) {
  const auto found = requests_.find(number);
  return found == requests_.end() ? nullptr : &found->second;
}

bool PendingRequests::postpone(PendingRequest& request, Clock::time_point end) {
  request.pause = std::clamp(request.pause * 2, first_pause, longest_pause);
  const auto at = Clock::now() + request.pause;
  if (at >= end) return false;
  request.ask_again_at = at;
  return true;
}

PendingRequests::Clock::time_point PendingRequests::late_at(Clock::time_point answered,
                                                            milliseconds silence) const {
  auto late = Clock::time_point::max();
  for (const auto& [number, request] : requests_) {
    if (!request.ask_again_at) {
      late = std::min(late, std::max(request.asked, answered) + request.grace + silence);
    }
  }
  return late;
}

bool PendingRequests::is_any_under_way() const {
  return std::any_of(requests_.begin(), requests_.end(),
                     [](const auto& entry) { return !entry.second.ask_again_at; });
}

/// Counts the pause before the next time.
bool PendingRequests::is_dropped(PendingRequest& request, Clock::time_point now,
                                 Clock::time_point overtaker) {
  constexpr milliseconds least_age{250};
  const bool is_overtaken = !request.ask_again_at && request.grace.count() == 0 && request.sent < overtaker;
  if (!is_overtaken || now - request.sent < std::max(request.pause, least_age)) return false;
  request.pause = std::max(request.pause, least_age) * 2;
  return true;
}

PendingRequests::Clock::time_point PendingRequests::next_again() const {
  auto next = Clock::time_point::max();
  for (const auto& [number, request] : requests_) {
    if (request.ask_again_at) next = std::min(next, *request.ask_again_at);
  }
  return next;
}

}  // namespace filer
