#pragma once

#include "daemon/config/config.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace filer {

/// The command 'authorize': what it is to write down.
struct AuthorizeOptions {
  std::string name;
  std::string key;  ///< itself, or the name of a file that holds it
  std::optional<std::vector<std::string>> roots;
  std::optional<std::vector<std::string>> ops;
};

/// The command line of zmq-filerd.
struct Options {
  std::string config = default_config_file;
  bool config_must_exist = false;  ///< as one that --config names
  std::vector<std::string> bind;   ///< in place of the file's, when there is any
  std::string root;                ///< in place of the file's roots, unless empty
  bool check_config = false;
  bool print_config = false;
  bool open_sockets = false;                  ///< open the service's tcp addresses, and not serve
  bool reload = false;                        ///< ask the running service to load its configuration again
  std::string path_to_check;                  ///< of the command check-path, unless empty
  std::optional<AuthorizeOptions> authorize;  ///< instead of serving
};

/// Parses the command line; nullopt when it asked for --help or --version, which were then printed.
/// Throws UsageError.
[[nodiscard]] std::optional<Options> parse_options(int argc, const char* const* argv);

/// A command line that is not understood; what() says what is wrong with it.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The configuration that is in force with these options: file, then command line, checked.
/// Throws SettingsError, std::system_error.
[[nodiscard]] Config load_config(const Options& options);

}  // namespace filer
