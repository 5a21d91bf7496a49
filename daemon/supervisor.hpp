#pragma once

#include "daemon/health/self_check.hpp"
#include "daemon/health/vitals.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/service.hpp"

#include <signal.h>

#include <chrono>

namespace filer {

/// What the main thread does while others serve: it waits for signals, looks after the health of the process,
/// and tells the service manager that the daemon works.
class Supervisor {
 public:
  /// `signals` must be blocked in every thread. The others must outlive this.
  Supervisor(const Limits& limits, const sigset_t& signals, const VitalSigns& vital_signs, Service& service,
             Logger& logger);

  /// Returns when the daemon is to end, with the exit status to end with: EX_OK as asked by a signal, or
  /// EX_TEMPFAIL where it had better begin anew.
  [[nodiscard]] int watch();

 private:
  void check();
  void feed_watchdog();
  [[nodiscard]] int wait_for_signal() const;

  const sigset_t& signals_;
  const VitalSigns& vital_signs_;
  Service& service_;
  Logger& logger_;
  SelfCheck self_check_;
  bool has_watchdog_;
  std::chrono::milliseconds interval_;  ///< from look to look
};

}  // namespace filer
