#pragma once

#include "cli/console.hpp"
#include "cli/keys/key_ring.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace filer {

struct GetOptions {
  std::string path;
  std::string output;  ///< a file, a directory, - for standard output; empty: the path's last name, here
  bool recursive = false;
};

struct CatOptions {
  std::vector<std::string> paths;
};

struct ListOptions {
  std::string path = ".";
  bool is_long = false;
  bool is_human = false;  ///< sizes in binary units
  bool recursive = false;
  bool completes = false;  ///< instead of all that: what `path`, typed so far, can become; for shells
};

struct StatOptions {
  std::vector<std::string> paths;
};

struct SumOptions {
  std::vector<std::string> paths;
};

struct TailOptions {
  std::string path;
  std::uint64_t lines = 10;
  bool follow = false;
};

struct WatchOptions {
  std::vector<std::string> paths;
  std::optional<std::uint64_t> changes;  ///< ends after so many
};

struct PingOptions {
  int count = 4;
};

struct InfoOptions {};

struct StatsOptions {
  bool prometheus = false;
};

struct BenchOptions {
  std::string path;
  double seconds = 5;
  std::uint64_t in_flight = 64;
  std::optional<std::uint64_t> length;  ///< bytes; not set: as much as one reply carries
};

struct KeygenOptions {
  std::string output;  ///< empty: see default_key_file()
};

struct RequestOptions {
  std::string json;  ///< the bytes to send; - reads standard input
  int count = 1;
};

using CommandOptions =
    std::variant<GetOptions, CatOptions, ListOptions, StatOptions, SumOptions, TailOptions, WatchOptions,
                 PingOptions, InfoOptions, StatsOptions, BenchOptions, RequestOptions, KeygenOptions>;

/// The command line of zmq-filer.
struct Options {
  std::vector<std::string> endpoints;  ///< empty: see choose_servers()
  KeyOptions keys;
  std::chrono::milliseconds timeout{5000};
  bool json = false;
  Verbosity verbosity = Verbosity::normal;
  CommandOptions command;
};

/// Parses the command line; nullopt when it asked for --help or --version, which were then printed.
/// Throws CommandError (usage), std::system_error.
[[nodiscard]] std::optional<Options> parse_options(int argc, const char* const* argv);

}  // namespace filer
