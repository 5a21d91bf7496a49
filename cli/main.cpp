#include "base/settings.hpp"
#include "base/standard_descriptors.hpp"
#include "cli/client.hpp"
#include "cli/commands/commands.hpp"
#include "cli/console.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_status.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"

#include <fmt/format.h>

#include <clocale>
#include <exception>
#include <string>
#include <system_error>
#include <variant>

namespace {

using namespace filer;

int report(const CommandError& error) {
  return static_cast<int>(Console(false, Verbosity::normal).report(error));
}

template <class Command>
ExitStatus ask_daemon(const Command& command, const Options& options, const Console& console) {
  const auto files = settings_files();
  const Servers servers = choose_servers(options.endpoints, files);
  console.note(fmt::format("asking {}", fmt::join(servers.endpoints, ", else ")));
  const KeyPlaces places = usual_places(key_setting(files), servers.server_keys);
  Client client(servers.endpoints, options.timeout, load_key_ring(options.keys, places, servers.endpoints));
  client.set_trouble_listener([&console](const std::string& line) { console.note(line); });
  return run_command(command, client, console);
}

}  // namespace

int main(int argc, char** argv) try {
  occupy_standard_descriptors();
  std::setlocale(LC_CTYPE, "");  // for the widths of characters
  const auto options = parse_options(argc, argv);
  if (!options) return static_cast<int>(ExitStatus::done);
  catch_interrupts();
  const Console console(options->json, options->verbosity);
  const auto run = [&](const auto& command) {
    if constexpr (requires { run_command(command, console); }) {
      return run_command(command, console);
    } else {
      return ask_daemon(command, *options, console);
    }
  };
  return static_cast<int>(std::visit(run, options->command));
} catch (const CommandError& error) {
  return report(error);
} catch (const SettingsError& error) {
  return report({ExitStatus::usage, error.what()});
} catch (const MalformedReply& error) {
  return report({ExitStatus::failed, fmt::format("the daemon's reply is not understood: {}", error.what())});
} catch (const std::system_error& error) {
  // Whoever reads standard output has gone, and wants no more of it.
  if (error.code() == std::errc::broken_pipe) return static_cast<int>(ExitStatus::failed);
  return report({ExitStatus::failed, error.what()});
} catch (const std::exception& error) {
  return report({ExitStatus::failed, error.what()});
}
