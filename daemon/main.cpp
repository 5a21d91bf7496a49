#include "base/escape.hpp"
#include "base/random_seed.hpp"
#include "base/settings.hpp"
#include "base/standard_descriptors.hpp"
#include "base/system_error.hpp"
#include "daemon/config/config_printer.hpp"
#include "daemon/options.hpp"
#include "daemon/service.hpp"
#include "daemon/systemd/passed_sockets.hpp"
#include "daemon/systemd/service_manager.hpp"
#include "daemon/transport/address.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sysexits.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace filer;

/// Blocks the signals that this process waits for, in every thread that will be.
sigset_t block_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  return signals;
}

/// The unit admits this host only: an administrator who opened the configuration may have forgotten it.
void warn_about_remote_addresses(const Config& config, Logger& logger) {
  for (const BindConfig& bind : config.bind) {
    if (parse_address(bind.address).is_local()) continue;
    logger.log({LogLevel::warning,
                message_id::started,
                fmt::format("{} is open to other hosts, without encryption; under systemd, only to those "
                            "that IPAddressAllow= of the "
                            "unit names (systemctl edit zmq-filerd)",
                            quote(bind.address)),
                {}});
  }
}

void wait_for_stop(const sigset_t& signals, Logger& logger) {
  for (int signal = SIGHUP; signal == SIGHUP;) {
    ::sigwait(&signals, &signal);
    if (signal == SIGHUP) {
      logger.log(
          {LogLevel::notice, {}, "SIGHUP ignored: restart the daemon to load its configuration anew", {}});
    }
  }
}

/// Threads that wait for a file system which does not answer end with the process only.
[[noreturn]] void leave_hanging_threads(Logger& logger) {
  logger.log({LogLevel::warning,
              message_id::stopped,
              "stopped, though a file system does not answer and requests wait for it",
              {}});
  logger.close();
  std::_Exit(EX_OK);
}

void serve(const Config& config) {
  const sigset_t signals = block_signals();
  std::vector<PassedSocket> passed = take_passed_sockets();
  seed_random_from_kernel();
  Logger logger(config.log, make_log_sink());
  {
    Service service(config, logger, std::move(passed));
    const std::string summary = service.summary();
    logger.log({LogLevel::notice,
                message_id::started,
                fmt::format("zmq-filerd " FILER_VERSION ": {}", summary),
                {}});
    warn_about_remote_addresses(config, logger);
    service_manager::ready(summary);
    wait_for_stop(signals, logger);
    service_manager::stopping();
    if (!service.stop()) leave_hanging_threads(logger);
  }
  logger.log({LogLevel::notice, message_id::stopped, "stopped", {}});
}

/// Says why the daemon does not run: to whoever started it, or to the journal where nobody looks on.
int report(int status, const std::vector<std::string>& problems) {
  const auto sink = stderr_is_journal() ? make_journal_sink() : nullptr;
  for (const std::string& problem : problems) {
    if (sink) {
      sink->write({LogLevel::error, message_id::failed, problem, {}});
    } else {
      fmt::print(stderr, "zmq-filerd: {}\n", problem);
    }
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) try {
  occupy_standard_descriptors();
  const auto options = parse_options(argc, argv);
  if (!options) return EX_OK;
  const Config config = load_config(*options);
  if (options->print_config) {
    fmt::print("{}", print_config(config));
    if (std::fflush(stdout) != 0) throw_errno("write standard output");
  }
  if (options->check_config) const FileStore roots_can_be_opened(config.roots);
  if (options->check_config || options->print_config) return EX_OK;
  serve(config);
  return EX_OK;
} catch (const UsageError& error) {
  return report(EX_USAGE, {error.what(), "try 'zmq-filerd --help'"});
} catch (const SettingsError& error) {
  return report(EX_CONFIG, error.problems());
} catch (const std::exception& error) {
  return report(EX_SOFTWARE, {error.what()});
}
