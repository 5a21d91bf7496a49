#include "cli/endpoint.hpp"

#include "base/escape.hpp"
#include "base/settings.hpp"
#include "cli/endpoint_form.hpp"
#include "cli/exit_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace filer {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

void read_endpoint(const YamlValue& value, std::vector<std::string>& endpoints, Problems& problems) {
  auto endpoint = read_text(value, endpoint_forms, problems);
  if (!endpoint) return;
  if (is_endpoint(*endpoint)) {
    endpoints.push_back(*std::move(endpoint));
  } else {
    problems.add(value.at, fmt::format("expected {}, found {}", endpoint_forms, quote(*endpoint)));
  }
}

/// One endpoint, or a list of them that is not empty.
std::vector<std::string> read_endpoints(const YamlValue& value, Problems& problems) {
  std::vector<std::string> endpoints;
  if (value.kind != YamlValue::Kind::list || value.items.empty()) {
    read_endpoint(value, endpoints, problems);
    return endpoints;
  }
  for (const YamlValue& item : value.items) read_endpoint(item, endpoints, problems);
  return endpoints;
}

/// Such a key would protect nothing, and nobody would notice.
constexpr const char* key_without_endpoint =
    "server_key: it is the key of no endpoint; set 'endpoint' in this file as well, or put both into "
    "known_servers";

/// What one settings file sets.
struct Settings {
  std::vector<std::string> endpoints;
  std::string key;
  std::string server_key;
};

Settings settings_in(const std::string& file) {
  const auto text = read_settings_file(file);
  if (!text) return {};
  const YamlValue document = parse_yaml(*text, file);
  std::vector<std::string> found;
  Problems problems(file, found);
  SettingsMap map(document, "the settings", problems);
  Settings settings;
  const auto read = [&](std::string_view key, std::string_view value, std::string& target) {
    const auto* member = map.find(key);
    if (member == nullptr) return member;
    if (auto word = read_text(member->value, value, problems)) target = *std::move(word);
    return member;
  };
  const auto* endpoint = map.find("endpoint");
  if (endpoint != nullptr) settings.endpoints = read_endpoints(endpoint->value, problems);
  read("key", "the path of a key file", settings.key);
  const auto* server_key =
      read("server_key", "a server's public key in quotes, or the path of a file that holds it",
           settings.server_key);
  if (server_key != nullptr && endpoint == nullptr) problems.add(server_key->key_at, key_without_endpoint);
  map.refuse_unknown_keys();
  if (!found.empty()) throw SettingsError(found);
  return settings;
}

std::vector<std::string> split(std::string_view text) {
  constexpr std::string_view separators = ", \t\n";
  std::vector<std::string> words;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
    if (text.empty()) return words;
    const std::size_t length = std::min(text.find_first_of(separators), text.size());
    words.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
}

std::vector<std::string> choose_endpoints(const std::vector<std::string>& options,
                                          const std::vector<Settings>& all_settings) {
  if (!options.empty()) return options;
  if (auto endpoints = split(environment("ZMQ_FILER_ENDPOINT")); !endpoints.empty()) return endpoints;
  for (const Settings& settings : all_settings) {
    if (!settings.endpoints.empty()) return settings.endpoints;
  }
  return {default_endpoint};
}

bool names(const Settings& settings, const std::string& endpoint) {
  return std::any_of(settings.endpoints.begin(), settings.endpoints.end(), [&](const std::string& named) {
    return canonical_endpoint(named) == canonical_endpoint(endpoint);
  });
}

}  // namespace

std::string user_settings_directory() {
  if (const std::string xdg = environment("XDG_CONFIG_HOME"); xdg.starts_with('/')) return xdg + "/zmq-filer";
  const std::string home = environment("HOME");
  return home.empty() ? "" : home + "/.config/zmq-filer";
}

std::vector<std::string> settings_files() {
  constexpr const char* name = "/zmq-filer.yaml";
  std::vector<std::string> files;
  if (const std::string directory = user_settings_directory(); !directory.empty()) {
    files.push_back(directory + name);
  }
  files.push_back(host_settings_directory + std::string(name));
  return files;
}

std::string key_setting(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    if (std::string key = settings_in(file).key; !key.empty()) return key;
  }
  return {};
}

Servers choose_servers(const std::vector<std::string>& options, const std::vector<std::string>& files) {
  std::vector<Settings> all_settings;
  all_settings.reserve(files.size());
  for (const std::string& file : files) all_settings.push_back(settings_in(file));
  Servers servers{choose_endpoints(options, all_settings), {}};
  for (const std::string& endpoint : servers.endpoints) {
    if (!is_endpoint(endpoint)) {
      throw CommandError(ExitStatus::usage,
                         fmt::format("{} is not an endpoint: expected {}", quote(endpoint), endpoint_forms));
    }
    for (const Settings& settings : all_settings) {
      if (settings.server_key.empty() || !names(settings, endpoint)) continue;
      servers.server_keys.try_emplace(endpoint, settings.server_key);
    }
  }
  return servers;
}

}  // namespace filer
