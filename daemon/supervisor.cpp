#include "daemon/supervisor.hpp"

#include "base/system_error.hpp"
#include "daemon/systemd/service_manager.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <thread>

namespace filer {
namespace {

using std::chrono::milliseconds;

/// Often enough for a peer that fills memory as fast as a network of 1 Gbit/s brings it: between the limit
/// that is judged here and that of the service manager, which would kill, there is less than a second of
/// that.
constexpr milliseconds usual_interval{1000};
constexpr milliseconds wary_interval{100};
constexpr milliseconds pause_without_poll{10};

/// A watchdog is fed several times before it bites.
constexpr int meals = 3;

}  // namespace

Supervisor::Supervisor(FileDescriptor signals, const ReloadSocket& reload_socket, Reloader& reloader,
                       const VitalSigns& vital_signs, Service& service, Logger& logger)
    : signals_(signals),
      reload_socket_(reload_socket),
      reloader_(reloader),
      vital_signs_(vital_signs),
      service_(service),
      logger_(logger),
      self_check_(service.config().limits),
      watchdog_(service_manager::watchdog_interval()),
      next_check_(Clock::now()) {}

int Supervisor::watch() {
  while (true) {
    wait();
    if (take_signals()) return EX_OK;
    answer_askers();
    if (Clock::now() < next_check_) continue;
    next_check_ = Clock::now() + interval();
    feed_watchdog();
    tell_status();
    check();
    if (self_check_.reason_to_restart()) return EX_TEMPFAIL;
  }
}

/// Where poll(2) fails, for want of memory perhaps, all that it would tell of is looked at.
void Supervisor::wait() const {
  std::array<pollfd, 2> items = {{{signals_.get(), POLLIN, 0}, {reload_socket_.event().get(), POLLIN, 0}}};
  const auto left = std::chrono::ceil<milliseconds>(next_check_ - Clock::now());
  const int time = static_cast<int>(std::max(left, milliseconds(0)).count());
  if (::poll(items.data(), items.size(), time) < 0 && errno != EINTR) {
    std::this_thread::sleep_for(pause_without_poll);
  }
}

/// Whether one of them wants the daemon to end.
bool Supervisor::take_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo != SIGHUP) return true;
    reloader_.reload();
    self_check_.adopt(service_.config().limits);
  }
  return false;
}

void Supervisor::answer_askers() {
  if (!reload_socket_.event().is_open()) return;
  while (true) {
    const UniqueFileDescriptor asker = reload_socket_.accept();
    if (!asker.is_open()) return;
    tell(asker.borrow(), reloader_.reload());
    self_check_.adopt(service_.config().limits);
  }
}

milliseconds Supervisor::interval() const {
  const milliseconds time = self_check_.is_wary() ? wary_interval : usual_interval;
  return watchdog_ ? std::min(time, std::chrono::duration_cast<milliseconds>(*watchdog_ / meals)) : time;
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

/// A thread that hangs is one that a service manager must see. Each is asked, whatever the other says.
void Supervisor::feed_watchdog() {
  if (!watchdog_) return;
  const bool serves = service_.is_alive();
  const bool logs = logger_.is_alive();
  if (serves && logs) service_manager::alive();
}

void Supervisor::tell_status() {
  const Statistics& statistics = service_.statistics();
  const Statistics::Totals totals = statistics.totals();
  const Activity activity{statistics.connections(), totals.replies, totals.errors, totals.bytes};
  if (const auto line = status_line_.update(activity, StatusLine::Clock::now()))
    service_manager::tell(fmt::format("{}; {}", *line, reloader_.status()));
}

}  // namespace filer
