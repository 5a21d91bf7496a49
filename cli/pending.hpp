#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace filer {

/// A request that has no reply yet.
struct PendingRequest {
  using Clock = std::chrono::steady_clock;

  std::string bytes;
  std::chrono::milliseconds grace{0};  ///< how much longer than others its reply may rightly take
  Clock::time_point first_sent;
  Clock::time_point asked;  ///< when its reply was first to be expected, of this connection
  Clock::time_point sent;   ///< last
  std::optional<Clock::time_point> ask_again_at;  ///< the daemon was busy; until then it is not under way
  std::chrono::milliseconds pause{0};             ///< before it was asked again last
};

/// The requests without replies, by number, and how long they may be waited for.
class PendingRequests {
 public:
  using Clock = PendingRequest::Clock;

  [[nodiscard]] bool empty() const noexcept { return requests_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return requests_.size(); }

  /// Gives it the next number, from 1 on.
  std::uint64_t add(PendingRequest request);

  /// nullptr: not, or no longer.
  [[nodiscard]] PendingRequest* find(std::uint64_t number);
  void erase(std::uint64_t number) { requests_.erase(number); }
  void clear() { requests_.clear(); }

  /// Has a request asked again after a pause that grows. False where that would be later than `end`: it is
  /// to be given up.
  [[nodiscard]] bool postpone(PendingRequest& request, Clock::time_point end);

  /// When a daemon that has answered nothing since `answered` is late with one of them: `silence` later than
  /// it may be.
  [[nodiscard]] Clock::time_point late_at(Clock::time_point answered,
                                          std::chrono::milliseconds silence) const;

  [[nodiscard]] bool is_any_under_way() const;

  /// When the next one is to be asked again.
  [[nodiscard]] Clock::time_point next_again() const;

  /// Calls `send(number, request)` for each that is to be asked again by now, and counts it as sent now.
  template <class Send>
  void send_due(Clock::time_point now, const Send& send) {
    for (auto& [number, request] : requests_) {
      if (request.ask_again_at && *request.ask_again_at <= now) send_now(number, request, now, send);
    }
  }

  /// The same for those whose replies are not rightly slow and were overtaken by that to a request which was
  /// sent at `overtaker`: a daemon that is short of memory drops messages. After pauses that grow.
  template <class Send>
  void send_overtaken(Clock::time_point now, Clock::time_point overtaker, const Send& send) {
    for (auto& [number, request] : requests_) {
      if (!is_dropped(request, now, overtaker)) continue;
      request.sent = now;
      send(number, request);
    }
  }

  /// The same for all that are not postponed: over a new connection.
  template <class Send>
  void send_all(Clock::time_point now, const Send& send) {
    for (auto& [number, request] : requests_) {
      if (!request.ask_again_at) send_now(number, request, now, send);
    }
  }

 private:
  static bool is_dropped(PendingRequest& request, Clock::time_point now, Clock::time_point overtaker);

  template <class Send>
  static void send_now(std::uint64_t number, PendingRequest& request, Clock::time_point now,
                       const Send& send) {
    request.ask_again_at.reset();
    request.asked = request.sent = now;
    send(number, request);
  }

  std::map<std::uint64_t, PendingRequest> requests_;
  std::uint64_t last_number_ = 0;
};

}  // namespace filer
