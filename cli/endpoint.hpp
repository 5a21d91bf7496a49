#pragma once

#include <string>
#include <vector>

namespace filer {

inline constexpr const char* default_endpoint = "tcp://127.0.0.1:60401";

/// The settings files of the client, the user's own first: $XDG_CONFIG_HOME/zmq-filer/zmq-filer.yaml (or
/// below ~/.config), /etc/zmq-filer/zmq-filer.yaml.
[[nodiscard]] std::vector<std::string> settings_files();

/// Where the daemon is, or several with the same files: `options` unless empty, else $ZMQ_FILER_ENDPOINT
/// (separated by spaces or commas), else `endpoint` (one or a list) of the first of `files` that sets it,
/// else default_endpoint. At least one. Throws SettingsError, std::system_error, and CommandError (usage) for
/// what is no endpoint.
[[nodiscard]] std::vector<std::string> choose_endpoints(const std::vector<std::string>& options,
                                                        const std::vector<std::string>& files);

}  // namespace filer
