#include "cli/keys/key_ring.hpp"

#include "base/escape.hpp"
#include "base/key_file.hpp"
#include "cli/endpoint.hpp"
#include "cli/endpoint_form.hpp"
#include "cli/exit_status.hpp"
#include "cli/keys/known_servers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace filer {
namespace {

/// A key as it is, or from a file.
std::string server_key_of(const std::string& text) {
  if (is_curve_key(text)) return text;
  if (std::filesystem::exists(text)) return load_public_key(text);
  throw CommandError(ExitStatus::usage,
                     fmt::format("{} is neither a server's public key ({}) nor a file that holds one",
                                 quote(text), curve_key_form),
                     "the daemon tells its key when it starts: 'journalctl -u zmq-filerd' on its host");
}

/// Whoever answers there may be somebody else now.
[[noreturn]] void refuse_other_key(const std::string& endpoint, const KnownServer& known) {
  throw CommandError(
      ExitStatus::refused,
      fmt::format("{} is known by another server key than the one given ({})", endpoint, escape(known.where)),
      "somebody may be posing as the daemon; if its key was changed on purpose, remove that line");
}

KnownServers all_known(const KeyPlaces& places) {
  KnownServers known;
  if (!places.known_servers.empty()) known = load_known_servers(places.known_servers);
  known.merge(load_known_servers(places.other_known_servers));
  return known;
}

CurveKeyPair own_key(const std::string& file, bool is_named) {
  if (!is_named && (file.empty() || !std::filesystem::exists(file))) {
    throw CommandError(ExitStatus::usage,
                       fmt::format("there is no key to connect with: {} does not exist", quote(file)),
                       "make one with 'zmq-filer keygen', or name another with --key");
  }
  return load_key_pair(file);
}

/// The servers' keys as the options or the settings have them, by endpoint.
std::map<std::string, std::string> given_keys(const KeyOptions& options, const KeyPlaces& places,
                                              const std::vector<std::string>& endpoints) {
  std::map<std::string, std::string> given;
  for (const std::string& endpoint : endpoints) {
    const auto setting = places.server_keys.find(endpoint);
    if (!options.server_key.empty()) {
      given.emplace(endpoint, server_key_of(options.server_key));
    } else if (setting != places.server_keys.end()) {
      given.emplace(endpoint, server_key_of(setting->second));
    }
  }
  return given;
}

void remember(const std::map<std::string, std::string>& given, const KnownServers& known,
              const std::string& file) {
  if (file.empty()) throw CommandError(ExitStatus::usage, "--remember needs a home directory");
  for (const auto& [endpoint, key] : given) {
    if (!known.contains(canonical_endpoint(endpoint))) remember_server(file, endpoint, key);
  }
}

}  // namespace

std::string default_key_file() {
  const std::string directory = user_settings_directory();
  return directory.empty() ? "" : directory + "/key";
}

KeyPlaces usual_places(const std::string& key_setting,
                       const std::map<std::string, std::string>& server_keys) {
  constexpr const char* name = "/known_servers";
  const std::string directory = user_settings_directory();
  KeyPlaces places;
  places.key = key_setting.empty() ? default_key_file() : key_setting;
  if (!directory.empty()) places.known_servers = directory + name;
  places.other_known_servers = host_settings_directory + std::string(name);
  places.server_keys = server_keys;
  return places;
}

KeyRing load_key_ring(const KeyOptions& options, const KeyPlaces& places,
                      const std::vector<std::string>& endpoints) {
  const KnownServers known = all_known(places);
  const auto given = given_keys(options, places, endpoints);
  KeyRing keys{std::nullopt, given};
  for (const std::string& endpoint : endpoints) {
    const auto server = known.find(canonical_endpoint(endpoint));
    if (server == known.end()) continue;
    const auto key = keys.servers.try_emplace(endpoint, server->second.key).first;
    if (key->second != server->second.key) refuse_other_key(endpoint, server->second);
  }
  if (keys.servers.empty() && !options.key.empty()) {
    throw CommandError(ExitStatus::usage, "--key needs the server's key as well",
                       "give it with --server-key, and once with --remember");
  }
  if (!keys.servers.empty()) {
    keys.own = own_key(options.key.empty() ? places.key : options.key, !options.key.empty());
  }
  if (options.remember) {
    const bool has_all = std::all_of(endpoints.begin(), endpoints.end(),
                                     [&](const std::string& endpoint) { return given.contains(endpoint); });
    if (!has_all) throw CommandError(ExitStatus::usage, "--remember needs --server-key");
    remember(given, known, places.known_servers);
  }
  return keys;
}

}  // namespace filer
