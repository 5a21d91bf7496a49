#pragma once

#include "cli/client.hpp"
#include "cli/connection.hpp"
#include "cli/pending.hpp"
#include "cli/unreachable.hpp"

#include <zmq.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace filer {

/// What a client does behind its calls: requests under way, over one connection after another.
class Client::State {
 public:
  using Clock = std::chrono::steady_clock;

  State(std::vector<std::string> endpoints, std::chrono::milliseconds silence, KeyRing keys);

  Ticket send(std::string bytes, std::chrono::milliseconds grace);
  std::optional<Arrival> receive(Clock::time_point end);
  std::vector<std::string> receive_frames(Ticket ticket);

  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoints_[serving_]; }
  [[nodiscard]] bool has_replicas() const noexcept { return endpoints_.size() > 1; }

  PendingRequests pending;
  std::uint64_t busy_count = 0;
  std::function<void(const std::string&)> listener;

 private:
  static constexpr std::chrono::milliseconds first_pause{20};

  // Requests and replies.
  std::optional<Delivery> deliver(Clock::time_point end);
  std::optional<Delivery> take_delivery();
  std::optional<Arrival> arrive(Delivery delivery);
  void attend();
  void ask_again();
  [[nodiscard]] auto sender() {
    return [this](std::uint64_t number, const PendingRequest& request) {
      connection_->send(number, request.bytes);
    };
  }
  void probe(Clock::time_point now);
  [[nodiscard]] Clock::time_point next_event() const;
  void wait(Clock::time_point until);
  void excuse_absence();

  // One connection after another; in client_failover.cpp.
  void attend_connection(Clock::time_point now);
  [[nodiscard]] Clock::time_point silent_at() const;
  void connect();
  void abandon(Failure failure);
  [[nodiscard]] bool is_hopeless() const;
  [[noreturn]] void fail();

  zmq::context_t context_;
  std::vector<std::string> endpoints_;
  KeyRing keys_;
  std::chrono::milliseconds silence_;
  std::chrono::milliseconds probe_interval_;
  std::size_t serving_ = 0;
  std::optional<Connection> connection_;  ///< none: a pause before the next one
  Clock::time_point connect_at_;          ///< when the pause is over
  std::chrono::milliseconds pause_ = first_pause;
  std::size_t untried_;            ///< endpoints that were not tried since the last reply
  int deaf_ends_ = 0;              ///< connections since then that were greeted and ended
  std::vector<Failure> failures_;  ///< by endpoint: how it failed last
  bool met_ = false;               ///< a daemon was greeted in this run
  Clock::time_point heard_;        ///< the last sign of life, or when one was first waited for
  Clock::time_point quiet_since_;  ///< the same of this connection
  Clock::time_point answered_;     ///< the last reply to a request
  Clock::time_point satisfied_;    ///< the last one that was not `busy`
  Clock::time_point ask_again_at_ = Clock::time_point::max();  ///< the first request that was postponed
  Clock::time_point overtaker_;  ///< when that request was sent, of those answered, which was sent last
  Clock::time_point probed_;     ///< when a sign of life was last asked for
  std::optional<Clock::time_point> left_;  ///< when the caller was last given something
};

}  // namespace filer
