#pragma once

#include "protocol/error_code.hpp"
#include "protocol/reply.hpp"
#include "protocol/request.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace filer {

/// What has happened since start. Any thread.
class Statistics {
 public:
  /// A reply to an op, what it says, its bytes, and how long it took to make. An op that is none: the request
  /// was not understood, or not looked at.
  void count_reply(std::string_view op, std::optional<ErrorCode> code, std::size_t bytes,
                   std::chrono::microseconds duration) noexcept;

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

  /// Replies, of all ops.
  struct Totals {
    std::uint64_t replies = 0;
    std::uint64_t errors = 0;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] Totals totals() const;

  /// Adds a number that somebody else keeps, who must outlive this. Any thread may ask for it. Before other
  /// threads use this.
  using Source = std::function<std::uint64_t()>;
  void add(std::string name, Source source);

  /// For the `stats` op, as docs/protocol.md describes it.
  [[nodiscard]] std::vector<NamedNumber> snapshot() const;

 private:
  using Counter = std::atomic<std::uint64_t>;

  /// Requests by op, as `stats` names them; the last is for those without one.
  static constexpr std::array<std::string_view, 8> ops = {
      ClassicRequest::op, HelloRequest::op,  GetRequest::op,   StatRequest::op,
      ListRequest::op,    DigestRequest::op, StatsRequest::op, "other"};
  static_assert(std::variant_size_v<Request> + 1 == ops.size());

  /// Upper bounds of durations, in microseconds; some take longer than any.
  static constexpr std::array<std::uint64_t, 14> bounds = {
      10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 1000000, 3000000, 10000000, 30000000};

  /// What is counted of each reply. Threads have blocks of their own, as far as there are, so that no two
  /// write to the same cache lines.
  struct alignas(64) Block {
    Counter bytes{0};
    Counter microseconds{0};
    std::array<Counter, ops.size()> by_op{};
    std::array<Counter, bounds.size() + 1> by_duration{};
    std::array<Counter, error_code_names.size()> errors{};
  };

  Block& block_of_this_thread() noexcept;
  void add_replies(std::vector<NamedNumber>& all) const;

  /// The sum of a counter over all blocks.
  template <class GetCounter>
  [[nodiscard]] std::uint64_t sum(const GetCounter& get) const;

  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::vector<Block> blocks_ = std::vector<Block>(16);
  Counter dropped_messages_{0};
  std::atomic<std::int64_t> waiting_{0};
  std::atomic<std::int64_t> connections_{0};
  Counter turned_away_{0};
  std::vector<std::pair<std::string, Source>> others_;
};

}  // namespace filer
