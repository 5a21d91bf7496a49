#pragma once

#include <map>
#include <string>
#include <string_view>

namespace filer {

/// The public key of a server, and where it was written down: "file:line".
struct KnownServer {
  std::string key;
  std::string where;
};

/// By endpoint; see canonical_endpoint().
using KnownServers = std::map<std::string, KnownServer, std::less<>>;

/// Lines of an endpoint, blanks, and its server's public key; comments behind # at the beginning of a line.
/// Throws SettingsError for anything else, and for two keys of one endpoint. `file` names the text.
[[nodiscard]] KnownServers parse_known_servers(std::string_view text, const std::string& file);

/// None where there is no such file. Throws SettingsError.
[[nodiscard]] KnownServers load_known_servers(const std::string& file);

/// Adds a line to the file, and makes it where there is none. Throws std::system_error.
void remember_server(const std::string& file, const std::string& endpoint, const std::string& key);

}  // namespace filer
