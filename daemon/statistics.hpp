#pragma once

#include "protocol/error_code.hpp"
#include "protocol/reply.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace filer {

/// What has happened since start. Any thread.
class Statistics {
 public:
  void count_reply(std::optional<ErrorCode> code, std::size_t bytes) noexcept;

  /// A message that nobody could be answered for.
  void count_dropped_message() noexcept;

  /// So many more replies are held for a change.
  void count_waiting(std::int64_t change) noexcept;
  [[nodiscard]] std::uint64_t waiting() const noexcept { return static_cast<std::uint64_t>(waiting_.load()); }

  /// So many more connections are open.
  void count_connections(std::int64_t change) noexcept;
  [[nodiscard]] std::uint64_t connections() const noexcept {
    return static_cast<std::uint64_t>(connections_.load());
  }

  /// A connection that could not be let in: there are too many, or the host has nothing left for it.
  void count_connection_turned_away() noexcept;
  [[nodiscard]] std::uint64_t connections_turned_away() const noexcept { return turned_away_; }

  /// For the `stats` op: uptime, requests, bytes, connections, replies held, and a counter for each error
  /// code.
  [[nodiscard]] std::vector<NamedNumber> snapshot() const;

 private:
  using Counter = std::atomic<std::uint64_t>;

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  Counter requests_{0};
  Counter bytes_{0};
  Counter dropped_messages_{0};
  std::atomic<std::int64_t> waiting_{0};
  std::atomic<std::int64_t> connections_{0};
  Counter turned_away_{0};
  std::array<Counter, error_code_names.size()> errors_{};
};

}  // namespace filer
