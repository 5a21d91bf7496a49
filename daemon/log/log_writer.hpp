#pragma once

#include "daemon/health/pulse.hpp"
#include "daemon/log/log_entry.hpp"
#include "daemon/log/log_sink.hpp"
#include "daemon/log/rate_limit.hpp"
#include "daemon/log/request_record.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace filer {

/// What waits to be written, since when.
struct LogItem {
  RateLimit::Clock::time_point time;
  std::variant<LogEntry, RequestRecord> what;
};

/// Writes entries to a sink, not more about a peer than the rates allow, and tells in entries of their own
/// what is missing: every entry is written, told to be dropped, or told to be left out. One thread.
class LogWriter {
 public:
  /// `pulse` must outlive this: the thread is elsewhere while the sink blocks.
  LogWriter(std::unique_ptr<LogSink> sink, Pulse& pulse) : sink_(std::move(sink)), pulse_(pulse) {}

  void set_rates(const LogRates& rates) { rate_limit_.set_rates(rates); }

  /// So many entries were dropped before they came here.
  void count_dropped(std::uint64_t count) noexcept { dropped_ += count; }

  /// Blocks while the sink does. An entry that the sink does not take is dropped.
  void write(const LogItem& item);

  static constexpr RateLimit::Clock::time_point end_of_time =
      RateLimit::Clock::time_point::max() - RateLimit::window;

  /// Tells what is missing, as far as the sink takes it: in the seconds that are over by `now`. At the end of
  /// time it tells everything.
  void report(RateLimit::Clock::time_point now);

  /// When report() has something to tell; nullopt: it has not.
  [[nodiscard]] std::optional<RateLimit::Clock::time_point> next_report() const;

  /// Since the start: what the sink did not take, and what was left out. Any thread.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
  [[nodiscard]] std::uint64_t left_out() const noexcept { return left_out_; }

 private:
  template <class MakeEntry>
  bool try_write(const MakeEntry& make);
  [[nodiscard]] bool admit(const LogItem& item);
  void advance(RateLimit::Clock::time_point now);
  void lose() noexcept;

  std::unique_ptr<LogSink> sink_;
  Pulse& pulse_;
  RateLimit rate_limit_;
  std::uint64_t dropped_ = 0;                            ///< not told yet
  std::map<std::string_view, LeftOut> left_out_before_;  ///< in seconds that are over; not told yet, by event
  std::atomic<std::uint64_t> lost_ = 0;
  std::atomic<std::uint64_t> left_out_ = 0;
};

}  // namespace filer
