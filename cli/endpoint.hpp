#pragma once

#include <map>
#include <string>
#include <vector>

namespace filer {

inline constexpr const char* default_endpoint = "tcp://127.0.0.1:60401";

/// The settings of the whole host.
inline constexpr const char* host_settings_directory = "/etc/zmq-filer";

/// Where the user's own settings are: $XDG_CONFIG_HOME/zmq-filer, or ~/.config/zmq-filer; empty where neither
/// is known.
[[nodiscard]] std::string user_settings_directory();

/// The settings files of the client, zmq-filer.yaml in both directories, the user's own first.
[[nodiscard]] std::vector<std::string> settings_files();

/// What is asked, and what the settings say of its keys.
struct Servers {
  std::vector<std::string> endpoints;
  /// By endpoint: `server_key` of the first settings file that names the endpoint and has one, whoever chose
  /// the endpoint.
  std::map<std::string, std::string> server_keys;
};

/// The client's own key: `key` of the first of `files` that sets it; empty: none does. Throws SettingsError.
[[nodiscard]] std::string key_setting(const std::vector<std::string>& files);

/// Where the daemon is, or several with the same files: `options` unless empty, else $ZMQ_FILER_ENDPOINT
/// (separated by spaces or commas), else `endpoint` (one or a list) of the first of `files` that sets it,
/// else default_endpoint. At least one. All files are read, for the keys of servers. Throws SettingsError
/// (also for a file with a server's key and no endpoint), std::system_error, and CommandError (usage) for
/// what is no endpoint.
[[nodiscard]] Servers choose_servers(const std::vector<std::string>& options,
                                     const std::vector<std::string>& files);

}  // namespace filer
