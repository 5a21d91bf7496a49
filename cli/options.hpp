#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

namespace filer {

struct GetOptions {
  std::string path;
  std::string output;  ///< a file, a directory, - for standard output; empty: the path's last name, here
};

struct PingOptions {
  int count = 4;
};

struct RequestOptions {
  std::string json;  ///< the bytes to send; - reads standard input
  int count = 1;
};

/// The command line of zmq-filer.
struct Options {
  std::string endpoint;  ///< empty: see choose_endpoint()
  std::chrono::milliseconds timeout{5000};
  std::variant<GetOptions, PingOptions, RequestOptions> command;
};

/// Parses the command line; nullopt when it asked for --help or --version, which were then printed.
/// Throws CommandError (usage).
[[nodiscard]] std::optional<Options> parse_options(int argc, const char* const* argv);

}  // namespace filer
