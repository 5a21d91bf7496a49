#include "cli/download/flow_control.hpp"

#include <algorithm>

namespace filer {
namespace {

constexpr std::uint64_t least_window = 2 * FlowControl::least_chunk;

/// How much longer than twice the shortest a round trip may be before it counts as queueing, s.
constexpr double tolerance = 0.1;

/// How long what is under way may take to come, s: a round trip that was never short tells nothing.
constexpr double longest_queue = 1.5;

/// How long a chunk should take, s.
constexpr double chunk_time = 0.25;

/// Chunks that the window should hold, so that some are under way while others are written.
constexpr std::uint64_t chunks_in_window = 4;

/// Several replies say busy for one and the same reason.
constexpr std::chrono::milliseconds least_time_between_shrinks{100};

}  // namespace

void FlowControl::take_reply(std::uint64_t bytes, std::uint64_t in_flight, Clock::duration round_trip) {
  constexpr double shortest_time = 1e-6;
  const double seconds = std::max(std::chrono::duration<double>(round_trip).count(), shortest_time);
  shortest_ = std::min(shortest_, seconds);
  adapt_rate(static_cast<double>(in_flight) / seconds);
  adapt_window(bytes, in_flight, seconds);
  adapt_chunk();
}

void FlowControl::adapt_rate(double rate) {
  constexpr double weight = 0.25;
  rate_ = rate_ == 0 ? rate : rate_ + weight * (rate - rate_);
}

void FlowControl::adapt_window(std::uint64_t bytes, std::uint64_t in_flight, double seconds) {
  const bool is_used = in_flight >= window_ / 2;
  if (seconds > 2 * shortest_ + tolerance) {
    window_ -= std::min(window_, bytes) / 2;
  } else if (is_used) {
    window_ += bytes;
  }
  const double most = is_used ? std::min<double>(rate_ * longest_queue, most_window) : most_window;
  window_ = std::max(std::min(window_, static_cast<std::uint64_t>(most)), least_window);
}

void FlowControl::adapt_chunk() {
  const auto wanted = static_cast<std::uint64_t>(rate_ * chunk_time);
  const std::uint64_t most = std::min(most_chunk_, window_ / chunks_in_window);
  chunk_ = std::min(std::clamp(wanted, least_chunk, std::max(most, least_chunk)), most_chunk_);
}

void FlowControl::bound_chunk(std::uint64_t bytes) noexcept {
  most_chunk_ = std::max<std::uint64_t>(bytes, 1);
  chunk_ = std::min(chunk_, most_chunk_);
}

void FlowControl::take_busy(Clock::time_point now) {
  if (now - shrunk_ < least_time_between_shrinks) return;
  shrunk_ = now;
  window_ = std::max(window_ / 2, least_window);
  chunk_ = std::min(chunk_, std::max(window_ / chunks_in_window, std::min(least_chunk, most_chunk_)));
}

}  // namespace filer
