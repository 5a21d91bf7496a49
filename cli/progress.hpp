#pragma once

#include "cli/console.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace filer {

/// How far something has come.
struct ProgressState {
  std::string name;  ///< as it came; may be anything
  std::uint64_t done = 0;
  std::uint64_t total = 0;  ///< bytes, as far as is known; 0: not
  std::optional<std::uint64_t> files_done;
  std::uint64_t files = 0;  ///< found so far; with files_done
};

/// A line of it, at most `width` columns: the name, shortened where that helps, share, bytes, rate and what
/// remains. `rate`: bytes a second; 0: not known.
[[nodiscard]] std::string format_progress(const ProgressState& state, double rate, std::size_t width);

/// A line on a terminal's standard error that is drawn again and again in its place; nothing where the
/// console shows no progress.
class Progress {
 public:
  /// What is drawn no more often than this.
  static constexpr std::chrono::milliseconds interval{100};

  explicit Progress(const Console& console) : console_(console) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Whether show() would draw now: the state need not be found out otherwise.
  [[nodiscard]] bool is_due() const;
  void show(const ProgressState& state);

  /// Takes the line away, for others to be printed.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  struct Sample {
    Clock::time_point at;
    std::uint64_t done;
  };

  [[nodiscard]] double rate_at(Clock::time_point now, std::uint64_t done);

  const Console& console_;
  Clock::time_point drawn_;
  bool is_drawn_ = false;
  std::deque<Sample> samples_;  ///< of the last seconds
};

}  // namespace filer
