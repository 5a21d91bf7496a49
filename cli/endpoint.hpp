#pragma once

#include <string>
#include <vector>

namespace filer {

inline constexpr const char* default_endpoint = "tcp://127.0.0.1:60401";

/// The settings files of the client, the user's own first: $XDG_CONFIG_HOME/zmq-filer/zmq-filer.yaml (or
/// below ~/.config), /etc/zmq-filer/zmq-filer.yaml.
[[nodiscard]] std::vector<std::string> settings_files();

/// Where the daemon is: `option` unless empty, else $ZMQ_FILER_ENDPOINT, else `endpoint` of the first of
/// `files` that sets it, else default_endpoint. Throws SettingsError, std::system_error, and CommandError
/// (usage) for what is no endpoint.
[[nodiscard]] std::string choose_endpoint(const std::string& option, const std::vector<std::string>& files);

}  // namespace filer
