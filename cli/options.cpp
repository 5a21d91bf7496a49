#include "cli/options.hpp"

#include "base/escape.hpp"
#include "cli/command_options.hpp"
#include "cli/exit_status.hpp"
#include "cli/help.hpp"
#include "cli/option_values.hpp"
#include "cli/output_file.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace filer {
namespace {

constexpr const char* footer =
    "Options may stand behind the command too; 'zmq-filer COMMAND --help' tells\n"
    "those of a command.\n\n"
    "The endpoint is that of -e, else of the environment's ZMQ_FILER_ENDPOINT, else\n"
    "of ~/.config/zmq-filer/zmq-filer.yaml, else of /etc/zmq-filer/zmq-filer.yaml,\n"
    "else tcp://127.0.0.1:60401.\n\n"
    "Exit status: 0 done, 1 another error, 2 wrong usage, 3 not found, 4 refused,\n"
    "5 unreachable or no answer in time, 6 changed meanwhile, 130 interrupted.\n"
    "See zmq-filer(1).";

constexpr double shortest_timeout = 0.001;
constexpr double longest_timeout = 86400;

/// What the program's own options say, before it is put into Options.
struct General {
  double timeout = std::chrono::duration<double>(Options{}.timeout).count();  ///< seconds
  bool quiet = false;
  bool verbose = false;
};

void describe_general(CLI::App& app, Options& options, General& general) {
  app.set_version_flag("--version", "zmq-filer " FILER_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.add_option(
         "-e,--endpoint", options.endpoints,
         "Where the daemon is; several -e name daemons\nwith the same files: the first that answers\nserves")
      ->type_name("ENDPOINT")
      ->allow_extra_args(false)
      ->expected(1)
      ->take_all()
      ->check(not_empty());
  app.add_option("--key", options.keys.key, "The file of your CURVE key (see keygen)")
      ->type_name("FILE")
      ->check(not_empty());
  app.add_option("--server-key", options.keys.server_key,
                 "The daemon's public CURVE key, or a file that\nholds it: encrypt, and talk to nobody else")
      ->type_name("KEY")
      ->check(not_empty());
  app.add_flag("--remember", options.keys.remember, "Know the endpoint by --server-key from now on");
  app.add_option("--timeout", general.timeout, "Give up when nothing has come for this long\n(default: 5)")
      ->type_name("SECONDS")
      ->check(seconds(shortest_timeout, longest_timeout));
  app.add_flag("--json", options.json, "Print one JSON object a line");
  CLI::Option* quiet = app.add_flag("-q,--quiet", general.quiet, "No progress and no notes");
  app.add_flag("-v,--verbose", general.verbose, "Tell what is going on, on standard error")->excludes(quiet);
}

/// "get, cat, ls and stat"
std::string names_of_commands(const CLI::App& app) {
  std::string names;
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* command : commands) {
    if (!names.empty()) names += command == commands.back() ? " and " : ", ";
    names += command->get_name();
  }
  return names;
}

CommandError usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto commands = app.get_subcommands();
  if (!commands.empty()) {
    return {ExitStatus::usage, error.what(),
            fmt::format("try 'zmq-filer {} --help'", commands.front()->get_name())};
  }
  std::string message = error.what();
  const auto words = app.remaining();
  if (!words.empty() && !words.front().starts_with('-')) {
    message = fmt::format("there is no command {}; the commands are {}", quote(words.front()),
                          names_of_commands(app));
  } else if (error.get_name() == "RequiredError") {
    message = "no command; the commands are " + names_of_commands(app);
  }
  return {ExitStatus::usage, message, "try 'zmq-filer --help'"};
}

/// The words of the command line, last first, as CLI11 wants them.
std::vector<std::string> reversed_words(int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (int index = argc - 1; index > 0; --index) words.push_back(guard_word(argv[index]));
  return words;
}

/// False when --help or --version were asked for, and printed.
bool parse(CLI::App& app, std::vector<std::string> words) {
  try {
    app.parse(std::move(words));
    return true;
  } catch (const CLI::CallForVersion& version) {
    write_all(FileDescriptor(STDOUT_FILENO), std::string(version.what()) + '\n', "standard output");
  } catch (const CLI::Success&) {
    write_all(FileDescriptor(STDOUT_FILENO), app.help(), "standard output");
  } catch (const CLI::ParseError& error) {
    throw usage_error(app, error);
  }
  return false;
}

void refuse_contradictions(const Options& options) {
  const auto* stats = std::get_if<StatsOptions>(&options.command);
  if (stats != nullptr && stats->prometheus && options.json) {
    throw CommandError(ExitStatus::usage, "--json and --prometheus exclude each other",
                       "try 'zmq-filer stats --help'");
  }
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  General general;
  CLI::App app("Reads a host's files from a zmq-filerd.", "zmq-filer");
  app.formatter(std::make_shared<HelpFormatter>());
  app.fallthrough();  // options of the program are understood behind the command too
  app.require_subcommand(1);
  describe_general(app, options, general);  // first: the commands inherit the flag for help
  describe_commands(app, options.command);
  app.footer(footer);  // last: the commands would inherit it
  if (!parse(app, reversed_words(argc, argv))) return std::nullopt;
  options.timeout = std::chrono::milliseconds(std::llround(general.timeout * 1000));
  if (general.quiet) options.verbosity = Verbosity::quiet;
  if (general.verbose) options.verbosity = Verbosity::verbose;
  refuse_contradictions(options);
  return options;
}

}  // namespace filer
