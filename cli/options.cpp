#include "cli/options.hpp"

#include "base/escape.hpp"
#include "cli/exit_status.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cmath>

namespace filer {
namespace {

constexpr const char* footer =
    "The endpoint is that of -e, else of the environment's ZMQ_FILER_ENDPOINT, else of\n"
    "~/.config/zmq-filer/zmq-filer.yaml, else of /etc/zmq-filer/zmq-filer.yaml, else\n"
    "tcp://127.0.0.1:60401.\n\n"
    "Exit status: 0 done, 1 another error, 2 wrong usage, 3 not found, 4 refused,\n"
    "5 unreachable or no answer in time, 6 changed meanwhile, 130 interrupted.\n"
    "See zmq-filer(1).";

constexpr double longest_timeout = 86400;

/// CLI11 would print a validator's own description in the middle of the help.
const CLI::Validator at_least_one = CLI::Range(1, 1000000000).description("");

void describe_get(CLI::App& app, GetOptions& get) {
  CLI::App* command = app.add_subcommand("get", "Download a file");
  command->add_option("PATH", get.path, "Path below the daemon's root, or absolute")
      ->required()
      ->type_name("");
  command->add_option("-o,--output", get.output, "Where to: a file, a directory, - for standard output")
      ->type_name("FILE");
}

void describe_ping(CLI::App& app, PingOptions& ping) {
  CLI::App* command = app.add_subcommand("ping", "Measure round trips");
  command->add_option("-c,--count", ping.count, "How many")
      ->type_name("N")
      ->check(at_least_one)
      ->capture_default_str();
}

void describe_request(CLI::App& app, RequestOptions& request) {
  CLI::App* command =
      app.add_subcommand("request", "Send these bytes as they are, print each reply as it is");
  command->add_option("JSON", request.json, "The request; - reads standard input")
      ->required()
      ->type_name(" ");
  command->add_option("-n,--repeat", request.count, "How many times")
      ->type_name("N")
      ->check(at_least_one)
      ->capture_default_str();
}

CommandError usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string message = error.what();
  const auto words = app.remaining();
  if (app.get_subcommands().empty() && !words.empty() && !words.front().starts_with('-')) {
    message =
        fmt::format("there is no command {}; the commands are get, ping and request", quote(words.front()));
  }
  return {ExitStatus::usage, message, "try 'zmq-filer --help'"};
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  GetOptions get;
  PingOptions ping;
  RequestOptions request;
  double seconds = std::chrono::duration<double>(options.timeout).count();
  CLI::App app("Reads a host's files from a zmq-filerd.", "zmq-filer");
  app.set_version_flag("--version", "zmq-filer " FILER_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.add_option("-e,--endpoint", options.endpoint, "Where the daemon is")->type_name("ENDPOINT");
  app.add_option("--timeout", seconds, "Give up when no reply has come for this long")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.001, longest_timeout).description(""))
      ->default_str("5");
  app.fallthrough();  // options of the program are understood behind the command too
  app.require_subcommand(1);
  describe_get(app, get);
  describe_ping(app, ping);
  describe_request(app, request);
  app.footer(footer);  // last: the subcommands above would inherit it
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw usage_error(app, error);
    app.exit(error);
    return std::nullopt;
  }
  if (app.count("--endpoint") > 0 && options.endpoint.empty()) {
    throw CommandError(ExitStatus::usage, "-e: the endpoint is empty");
  }
  if (std::isnan(seconds)) throw CommandError(ExitStatus::usage, "--timeout: not a number of seconds");
  options.timeout = std::chrono::milliseconds(std::llround(seconds * 1000));
  if (app.got_subcommand("get")) options.command = get;
  if (app.got_subcommand("ping")) options.command = ping;
  if (app.got_subcommand("request")) options.command = request;
  return options;
}

}  // namespace filer
