#include "base/settings.hpp"
#include "base/standard_descriptors.hpp"
#include "base/system_error.hpp"
#include "daemon/access/access_loader.hpp"
#include "daemon/access/authorize.hpp"
#include "daemon/config/config_printer.hpp"
#include "daemon/diagnosis/path_check.hpp"
#include "daemon/diagnosis/service_user.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/log/log_sink.hpp"
#include "daemon/options.hpp"
#include "daemon/reload/reload_socket.hpp"
#include "daemon/run.hpp"
#include "daemon/systemd/service_manager.hpp"
#include "daemon/transport/listeners.hpp"

#include <fmt/format.h>
#include <sysexits.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace filer;

/// To whoever started it, or to the journal where nobody looks on.
void say(LogLevel level, std::string_view kind, const std::vector<std::string>& problems) {
  const auto sink = stderr_is_journal() ? make_journal_sink() : nullptr;
  for (const std::string& problem : problems) {
    if (sink) {
      sink->write({level, kind, problem, {}});
    } else {
      fmt::print(stderr, "zmq-filerd: {}\n", problem);
    }
  }
}

/// Says why the daemon does not run.
int report(int status, const std::vector<std::string>& problems) {
  if (!problems.empty()) service_manager::tell(problems.front());  // for "systemctl status"
  say(LogLevel::error, message_id::failed, problems);
  return status;
}

/// The journal has what the daemon itself said of it.
int reload() {
  const Verdict verdict = ask_for_reload();
  if (stderr_is_journal()) return verdict.is_applied ? EX_OK : EX_CONFIG;
  if (!verdict.is_applied) return report(EX_CONFIG, verdict.lines);
  for (const std::string& line : verdict.lines) fmt::print("zmq-filerd: not in force yet: {}\n", line);
  return EX_OK;
}

/// Whether the daemon can do without, for it has a socket from before, it will say itself. So it will what is
/// wrong with the configuration, with a status that ends the matter.
int open_sockets(const Options& options) try {
  say(LogLevel::warning, message_id::not_opened, open_tcp_for_service(load_config(options)));
  return EX_OK;
} catch (const SettingsError&) {
  return EX_OK;
}

int tell_about_path(const Config& config, const std::string& path) {
  fmt::print("{}\n", become_user(service_user));
  const PathVerdict verdict = check_path(config, FileStore(config.roots), path);
  for (const std::string& line : verdict.lines) fmt::print("{}\n", line);
  if (std::fflush(stdout) != 0) throw_errno("write standard output");
  return verdict.is_served ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) try {
  occupy_standard_descriptors();
  const auto options = parse_options(argc, argv);
  if (!options) return EX_OK;
  if (options->reload) return reload();
  if (options->open_sockets) return open_sockets(*options);
  const Config config = load_config(*options);
  if (options->authorize) {
    fmt::print("{}", authorize(*options->authorize, config));
    return EX_OK;
  }
  if (options->print_config) {
    fmt::print("{}", print_config(config));
    if (std::fflush(stdout) != 0) throw_errno("write standard output");
  }
  if (options->check_config) const FileStore roots_can_be_opened(config.roots);
  if (!options->path_to_check.empty()) return tell_about_path(config, options->path_to_check);
  if (options->print_config && !options->check_config) return EX_OK;
  Security security = load_security(config);
  return options->check_config ? EX_OK : run(*options, config, std::move(security));
} catch (const UsageError& error) {
  return report(EX_USAGE, {error.what(), "try 'zmq-filerd --help'"});
} catch (const SettingsError& error) {
  return report(EX_CONFIG, error.problems());
} catch (const std::exception& error) {
  return report(EX_SOFTWARE, {error.what()});
}
