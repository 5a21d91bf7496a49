#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/health/self_check.hpp"
#include "daemon/health/status_line.hpp"
#include "daemon/health/vitals.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/reload/reload_socket.hpp"
#include "daemon/reload/reloader.hpp"
#include "daemon/service.hpp"

#include <chrono>
#include <optional>

namespace filer {

/// What the main thread does while others serve: it waits for signals and for whoever wants the configuration
/// loaded again, looks after the health of the process, and tells the service manager that the daemon works.
class Supervisor {
 public:
  /// `signals`: a signalfd(2) that never waits, for signals that are blocked in every thread. All must
  /// outlive this.
  Supervisor(FileDescriptor signals, const ReloadSocket& reload_socket, Reloader& reloader,
             const VitalSigns& vital_signs, Service& service, Logger& logger);

  /// Returns when the daemon is to end, with the exit status to end with: EX_OK as asked by a signal, or
  /// EX_TEMPFAIL where it had better begin anew.
  [[nodiscard]] int watch();

 private:
  using Clock = std::chrono::steady_clock;

  void wait() const;
  [[nodiscard]] bool take_signals();
  void answer_askers();
  void check();
  void feed_watchdog();
  void tell_status();
  [[nodiscard]] std::chrono::milliseconds interval() const;

  FileDescriptor signals_;
  const ReloadSocket& reload_socket_;
  Reloader& reloader_;
  const VitalSigns& vital_signs_;
  Service& service_;
  Logger& logger_;
  SelfCheck self_check_;
  StatusLine status_line_{StatusLine::Clock::now()};
  std::optional<std::chrono::microseconds> watchdog_;
  Clock::time_point next_check_;
};

}  // namespace filer
