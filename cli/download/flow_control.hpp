#pragma once

#include <chrono>
#include <cstdint>

namespace filer {

/// How much to ask for at once, and how much may be asked for before it comes: learned from how long replies
/// take. The window grows while a round trip is hardly longer than the shortest one, and shrinks when replies
/// queue up somewhere; chunks grow with the rate, and stay so short that one takes well under a second.
/// Sizes are bytes.
class FlowControl {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::uint64_t most_window = 8 << 20;
  static constexpr std::uint64_t least_chunk = 16 << 10;

  /// What may be asked for and not have come.
  [[nodiscard]] std::uint64_t window() const noexcept { return window_; }

  /// What to ask for in one request.
  [[nodiscard]] std::uint64_t chunk() const noexcept { return chunk_; }

  /// A reply came with `bytes` of data, `round_trip` after it was asked for; with what was asked for before
  /// it, itself included, `in_flight` bytes were then on their way.
  void take_reply(std::uint64_t bytes, std::uint64_t in_flight, Clock::duration round_trip);

  /// The daemon gives no more than this at once.
  void bound_chunk(std::uint64_t bytes) noexcept;

  /// The daemon said that it was busy, at `now`.
  void take_busy(Clock::time_point now);

 private:
  void adapt_rate(double rate);
  void adapt_window(std::uint64_t bytes, std::uint64_t in_flight, double seconds);
  void adapt_chunk();

  std::uint64_t window_ = 256 << 10;
  std::uint64_t chunk_ = 128 << 10;
  std::uint64_t most_chunk_ = 4 << 20;
  double shortest_ = 1e9;  ///< round trip, s
  double rate_ = 0;        ///< bytes a second, smoothed; 0: not known
  Clock::time_point shrunk_;
};

}  // namespace filer
