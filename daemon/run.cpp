#include "daemon/run.hpp"

#include "base/escape.hpp"
#include "base/random_seed.hpp"
#include "base/system_error.hpp"
#include "daemon/confinement.hpp"
#include "daemon/reload/reload_socket.hpp"
#include "daemon/reload/reloader.hpp"
#include "daemon/service.hpp"
#include "daemon/supervisor.hpp"
#include "daemon/systemd/passed_sockets.hpp"
#include "daemon/systemd/service_manager.hpp"
#include "daemon/transport/address.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <utility>

namespace filer {
namespace {

/// Opening a root waits for its file system, which may be on a network that comes up at the same time.
constexpr std::chrono::minutes slow_file_system{5};

/// What is under way when the daemon is asked to stop has bounds of its own: these and some room.
constexpr std::chrono::seconds slow_stop{10};

/// Blocks the signals that this process waits for, in every thread that will be, and returns what to read
/// them from. Throws std::system_error.
UniqueFileDescriptor take_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  UniqueFileDescriptor descriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!descriptor.is_open()) throw_errno("signalfd");
  return descriptor;
}

void warn(Logger& logger, std::string_view message_id, std::string message) {
  logger.log({LogLevel::warning, message_id, std::move(message), {}});
}

/// The unit admits this host only: an administrator who opened the configuration may have forgotten it.
void warn_about_remote_addresses(const Config& config, Logger& logger) {
  for (const BindConfig& bind : config.bind) {
    if (parse_address(bind.address).is_local() || bind.curve) continue;
    warn(logger, message_id::open_to_others,
         fmt::format("{} is open to other hosts, without encryption; under systemd, only to those "
                     "that IPAddressAllow= of the unit names (systemctl edit zmq-filerd)",
                     quote(bind.address)));
  }
}

/// Clients need it.
void tell_server_key(const Security& security, Logger& logger) {
  if (!security.server_key) return;
  logger.log({LogLevel::notice,
              message_id::started,
              fmt::format("CURVE: {} keys are authorized; clients know this daemon by '{}'",
                          security.rules->count_of_keys(), security.server_key->public_key),
              {}});
}

void warn_about_confinement(const std::string& obstacle, Logger& logger) {
  if (obstacle.empty()) return;
  warn(logger, message_id::not_confined,
       fmt::format("not confined by Landlock: {}; what keeps clients below the roots (openat2) is not "
                   "touched by that",
                   obstacle));
}

/// Threads that wait for a file system which does not answer end with the process only.
[[noreturn]] void leave_hanging_threads(int status, Logger& logger) {
  logger.log({LogLevel::warning,
              message_id::stopped,
              "stopped, though a file system does not answer and requests wait for it",
              {}});
  logger.close();
  std::_Exit(status);
}

}  // namespace

int run(const Options& options, Config loaded, Security security) {
  const UniqueFileDescriptor signals = take_signals();
  const auto config = std::make_shared<const Config>(std::move(loaded));
  std::vector<PassedSocket> passed = take_passed_sockets();
  raise_descriptor_limit();
  seed_random_from_kernel();
  const VitalSigns vital_signs;
  const ReloadSocket reload_socket;
  ::tzset();  // which reads files, for the times of log lines
  service_manager::extend_timeout(slow_file_system);
  const std::string obstacle = confine(*config, options.config);
  Logger logger(config->log, make_log_sink());
  int status = 0;
  {
    tell_server_key(security, logger);
    Service service(config, logger, std::move(security), std::move(passed));
    const std::string summary = service.summary();
    logger.log({LogLevel::notice,
                message_id::started,
                fmt::format("zmq-filerd " FILER_VERSION ": {}", summary),
                {}});
    warn_about_remote_addresses(*config, logger);
    warn_about_confinement(obstacle, logger);
    if (const std::string shortage = service.shortage(); !shortage.empty())
      warn(logger, message_id::few_descriptors, shortage);
    service_manager::ready(summary);
    Reloader reloader(options, service, logger);
    status = Supervisor(signals.borrow(), reload_socket, reloader, vital_signs, service, logger).watch();
    service_manager::stopping(slow_stop);
    if (!service.stop()) leave_hanging_threads(status, logger);
  }
  logger.log({LogLevel::notice, message_id::stopped, "stopped", {}});
  return status;
}

}  // namespace filer
