#include "daemon/supervisor.hpp"

#include "daemon/systemd/service_manager.hpp"

#include <sysexits.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

namespace filer {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds usual_interval{5000};
constexpr milliseconds wary_interval{250};

/// A watchdog is fed several times before it bites.
constexpr int meals = 3;

milliseconds interval_for(std::optional<std::chrono::microseconds> watchdog) {
  if (!watchdog) return usual_interval;
  return std::min(usual_interval, std::chrono::duration_cast<milliseconds>(*watchdog / meals));
}

}  // namespace

Supervisor::Supervisor(const Limits& limits, const sigset_t& signals, const VitalSigns& vital_signs,
                       Service& service, Logger& logger)
    : signals_(signals),
      vital_signs_(vital_signs),
      service_(service),
      logger_(logger),
      self_check_(limits),
      has_watchdog_(service_manager::watchdog_interval().has_value()),
      interval_(interval_for(service_manager::watchdog_interval())) {}

int Supervisor::watch() {
  while (true) {
    const int signal = wait_for_signal();
    if (signal == SIGHUP) {
      logger_.log(
          {LogLevel::notice, {}, "SIGHUP ignored: restart the daemon to load its configuration anew", {}});
    } else if (signal > 0) {
      return EX_OK;
    } else {
      feed_watchdog();
      check();
    }
    if (self_check_.reason_to_restart()) return EX_TEMPFAIL;
  }
}

/// -1: none came until the next look is due.
int Supervisor::wait_for_signal() const {
  const milliseconds time = self_check_.is_wary() ? std::min(wary_interval, interval_) : interval_;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec limit{seconds.count(), std::chrono::nanoseconds(time - seconds).count()};
  int signal = 0;
  do {
    signal = ::sigtimedwait(&signals_, nullptr, &limit);
  } while (signal < 0 && errno == EINTR);
  return signal;
}

/// A look that fails, for want of memory perhaps, says nothing.
void Supervisor::check() try {
  const Statistics& statistics = service_.statistics();
  const Load load{statistics.connections(), statistics.connections_turned_away()};
  for (LogEntry& entry : self_check_.look(vital_signs_.take(), load)) logger_.log(std::move(entry));
  if (const auto& reason = self_check_.reason_to_restart()) {
    logger_.log({LogLevel::error, message_id::begins_anew, *reason + "; it ends, to be started anew", {}});
  }
} catch (const std::system_error&) {
}

/// A thread that hangs is one that a service manager must see.
void Supervisor::feed_watchdog() {
  if (has_watchdog_ && service_.is_alive()) service_manager::alive();
}

}  // namespace filer
