#include "daemon/config/config_loader.hpp"

#include "base/escape.hpp"
#include "base/settings.hpp"
#include "daemon/config/choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace filer {
namespace {

constexpr std::uint64_t kibibyte = 1 << 10;
constexpr std::uint64_t mebibyte = 1 << 20;
constexpr std::uint64_t gibibyte = 1 << 30;
constexpr std::size_t most_name_length = 64;
constexpr std::size_t most_addresses = 64;  // half of FileDescriptorStoreMax= of the unit

bool is_root_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= most_name_length && std::all_of(name.begin(), name.end(), allowed);
}

/// An address, or a map with one and whether it is for CURVE.
std::optional<BindConfig> read_address(const YamlValue& value, Problems& problems) {
  constexpr std::string_view expected =
      "an address, such as tcp://127.0.0.1:60401 or ipc:///run/x, or a list of them";
  BindConfig bind;
  bind.where = problems.where(value.at);
  const YamlValue* address = &value;
  if (value.kind == YamlValue::Kind::map) {
    SettingsMap settings(value, "bind", problems);
    const auto* member = settings.find("address");
    settings.read("curve", bind.curve);
    settings.refuse_unknown_keys();
    if (member == nullptr) {
      problems.add(value.at, "bind: the key 'address' is missing");
      return std::nullopt;
    }
    address = &member->value;
  }
  auto text = read_text(*address, expected, problems);
  if (!text) return std::nullopt;
  bind.address = std::move(*text);
  return bind;
}

void read_bind(SettingsMap& settings, Config& config, Problems& problems) {
  const auto* member = settings.find("bind");
  if (member == nullptr) return;
  const YamlValue& value = member->value;
  const bool is_list = value.kind == YamlValue::Kind::list && !value.items.empty();
  config.bind.clear();
  const auto add = [&](const YamlValue& item) {
    if (auto bind = read_address(item, problems)) config.bind.push_back(std::move(*bind));
  };
  if (is_list) {
    std::for_each(value.items.begin(), value.items.end(), add);
    if (value.items.size() > most_addresses) {
      problems.add(value.at, fmt::format("bind: expected at most {} addresses, found {}", most_addresses,
                                         value.items.size()));
    }
  } else {
    add(value);
  }
}

std::vector<Listed> read_list(SettingsMap& settings, std::string_view key, std::string_view expected,
                              Problems& problems) {
  std::vector<Listed> list;
  const auto* member = settings.find(key);
  if (member == nullptr) return list;
  if (member->value.kind != YamlValue::Kind::list) {
    problems.add(member->value.at, fmt::format("{}: expected a list of {}", key, expected));
  }
  for (const YamlValue& item : member->value.items) {
    if (auto text = read_text(item, expected, problems)) {
      list.push_back({std::move(*text), problems.where(item.at)});
    }
  }
  return list;
}

/// Keys that are not authorized may be named: they name nobody, and may be authorized later.
AllowConfig read_allow(const YamlValue& value, Problems& problems) {
  SettingsMap settings(value, "allow", problems);
  AllowConfig allow;
  allow.addresses =
      read_list(settings, "addresses", "IP addresses and networks, such as 192.0.2.0/24", problems);
  allow.users = read_list(settings, "users", "users of this host, by name or number", problems);
  allow.keys = read_list(settings, "keys", "names of authorized keys", problems);
  settings.refuse_unknown_keys();
  return allow;
}

RootConfig read_root(const std::string& name, const YamlValue& value, Problems& problems) {
  constexpr std::string_view expected = "the absolute path of a directory";
  RootConfig root;
  root.name = name;
  root.where = problems.where(value.at);
  if (value.kind != YamlValue::Kind::map) {
    if (auto path = read_text(value, expected, problems)) root.path = std::move(*path);
    return root;
  }
  SettingsMap settings(value, fmt::format("root {}", quote(name)), problems);
  if (const auto* path = settings.find("path")) {
    if (auto text = read_text(path->value, expected, problems)) root.path = std::move(*text);
    root.where = problems.where(path->value.at);
  } else {
    problems.add(value.at, fmt::format("root {}: the key 'path' is missing", quote(name)));
  }
  settings.read("follow_symlinks", root.follow_symlinks);
  settings.read("hidden_files", root.hidden_files);
  if (const auto* allow = settings.find("allow")) root.allow = read_allow(allow->value, problems);
  settings.refuse_unknown_keys();
  return root;
}

void read_roots(SettingsMap& settings, Config& config, Problems& problems) {
  const auto* single = settings.find("root");
  const auto* several = settings.find("roots");
  if (single != nullptr && several != nullptr) {
    problems.add(several->key_at, "roots: set either 'root' or 'roots', not both");
  }
  if (single != nullptr) config.roots = {read_root(default_root_name, single->value, problems)};
  if (several == nullptr) return;
  if (several->value.kind != YamlValue::Kind::map || several->value.members.empty()) {
    problems.add(several->value.at, "roots: expected at least one root, such as {default: /srv/files}");
    return;
  }
  config.roots.clear();
  for (const YamlValue::Member& member : several->value.members) {
    if (!is_root_name(member.key)) {
      problems.add(member.key_at,
                   fmt::format("roots: {} cannot name a root: expected 1 to {} of a-z, 0-9, - and _",
                               quote(member.key), most_name_length));
    }
    config.roots.push_back(read_root(member.key, member.value, problems));
  }
}

void read_limits(const YamlValue& value, Limits& limits, Problems& problems) {
  SettingsMap settings(value, "limits", problems);
  settings.read_byte_size("request_bytes", limits.request_bytes, kibibyte, 16 * mebibyte);
  settings.read_byte_size("content_bytes", limits.content_bytes, kibibyte, 256 * mebibyte);
  settings.read_byte_size("chunk_bytes", limits.chunk_bytes, 4 * kibibyte, 64 * mebibyte);
  settings.read_number("list_entries", limits.list_entries, 1, 100000);
  settings.read_number("wait_ms", limits.wait_ms, 0, 3600000);
  settings.read_number("waits_per_peer", limits.waits_per_peer, 0, 100000);
  settings.read_number("waits", limits.waits, 0, 1000000);
  settings.read_number("pool_threads", limits.pool_threads, 1, 256);
  settings.read_number("deadline_ms", limits.deadline_ms, 1, 3600000);
  settings.read_byte_size("peer_bytes_in_flight", limits.peer_bytes_in_flight, 64 * kibibyte, 64 * gibibyte);
  settings.read_byte_size("bytes_in_flight", limits.bytes_in_flight, 64 * kibibyte, 1024 * gibibyte);
  settings.read_number("peers", limits.peers, 1, 1000000);
  settings.read_byte_size("memory_bytes", limits.memory_bytes, 64 * mebibyte, 1024 * gibibyte);
  settings.refuse_unknown_keys();
}

template <class T, std::size_t n>
void read_enumerator(SettingsMap& settings, std::string_view key, const std::array<Choice<T>, n>& choices,
                     T& target) {
  std::vector<std::string_view> names;
  names.reserve(n);
  for (const auto& choice : choices) names.push_back(choice.name);
  std::size_t index = n;
  settings.read_choice(key, index, names);
  if (index < n) target = choices[index].value;
}

void read_log(const YamlValue& value, LogConfig& log, Problems& problems) {
  SettingsMap settings(value, "log", problems);
  read_enumerator(settings, "level", log_levels, log.level);
  read_enumerator(settings, "requests", log_requests, log.requests);
  settings.read_number("rate", log.rate, 0, 1000000);
  settings.read_number("rate_of_all", log.rate_of_all, 0, 1000000);
  settings.refuse_unknown_keys();
}

void read_curve(const YamlValue& value, CurveConfig& curve, Problems& problems) {
  SettingsMap settings(value, "security.curve", problems);
  const auto read_path = [&](std::string_view key, std::string_view expected, std::string& target) {
    const auto* member = settings.find(key);
    if (member == nullptr) return;
    if (auto path = read_text(member->value, expected, problems)) target = std::move(*path);
    if (!target.starts_with('/')) {
      problems.add(member->value.at, fmt::format("{}: expected an absolute path", key));
    }
  };
  read_path("server_key", "the absolute path of a key file", curve.server_key);
  read_path("authorized_keys", "the absolute path of a directory", curve.authorized_keys);
  settings.refuse_unknown_keys();
}

void read_security(const YamlValue& value, Config& config, Problems& problems) {
  SettingsMap settings(value, "security", problems);
  settings.read("allow_plaintext", config.allow_plaintext);
  if (const auto* curve = settings.find("curve")) read_curve(curve->value, config.curve, problems);
  settings.refuse_unknown_keys();
}

}  // namespace

Config parse_config(std::string_view text, const std::string& file, std::vector<std::string>& found) {
  const YamlValue document = parse_yaml(text, file);
  Config config;
  Problems problems(file, found);
  SettingsMap settings(document, "the configuration", problems);
  read_bind(settings, config, problems);
  read_roots(settings, config, problems);
  settings.read_number("shards", config.shards, 0, most_shards);
  if (const auto* limits = settings.find("limits")) read_limits(limits->value, config.limits, problems);
  if (const auto* log = settings.find("log")) read_log(log->value, config.log, problems);
  if (const auto* security = settings.find("security")) read_security(security->value, config, problems);
  settings.refuse_unknown_keys();
  return config;
}

}  // namespace filer
