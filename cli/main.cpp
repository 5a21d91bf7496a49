#include "base/settings.hpp"
#include "base/standard_descriptors.hpp"
#include "cli/commands/commands.hpp"
#include "cli/connection.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_status.hpp"
#include "cli/interrupt.hpp"
#include "cli/options.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <variant>

namespace {

using namespace filer;

int report(ExitStatus status, const std::string& problem, const std::string& hint = {}) {
  fmt::print(stderr, "zmq-filer: {}\n", problem);
  if (!hint.empty()) fmt::print(stderr, "zmq-filer: {}\n", hint);
  return static_cast<int>(status);
}

}  // namespace

int main(int argc, char** argv) try {
  occupy_standard_descriptors();
  const auto options = parse_options(argc, argv);
  if (!options) return static_cast<int>(ExitStatus::done);
  catch_interrupts();
  Connection connection(choose_endpoint(options->endpoint, settings_files()), options->timeout);
  const ExitStatus status =
      std::visit([&](const auto& command) { return run_command(command, connection); }, options->command);
  return static_cast<int>(status);
} catch (const CommandError& error) {
  return report(error.status, error.what(), error.hint);
} catch (const SettingsError& error) {
  return report(ExitStatus::usage, error.what());
} catch (const std::exception& error) {
  return report(ExitStatus::failed, error.what());
}
