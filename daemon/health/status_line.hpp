#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace filer {

/// What the daemon has done since its start, and for how many.
struct Activity {
  std::uint64_t peers = 0;  ///< at this moment
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  std::uint64_t bytes = 0;  ///< of replies
};

/// What the daemon does at this moment, in a line for `systemctl status`. One thread.
class StatusLine {
 public:
  using Clock = std::chrono::steady_clock;

  /// Rates are of at least this time.
  static constexpr std::chrono::seconds least_interval{2};

  explicit StatusLine(Clock::time_point now) : time_(now) {}

  /// The line, where it is another one than the last; nullopt also where that was just told.
  [[nodiscard]] std::optional<std::string> update(const Activity& activity, Clock::time_point now);

 private:
  Activity activity_;
  Clock::time_point time_;
  std::string line_;
};

}  // namespace filer
