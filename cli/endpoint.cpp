#include "cli/endpoint.hpp"

#include "base/escape.hpp"
#include "base/settings.hpp"
#include "cli/exit_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>

namespace filer {
namespace {

constexpr std::string_view expected = "tcp://HOST:PORT, tcp://[IPv6]:PORT or ipc:///PATH";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// libzmq takes any number for a port and connects to what remains of it in 16 bits.
bool is_endpoint(std::string_view text) {
  if (text.starts_with("ipc://")) return text.starts_with("ipc:///") || text.starts_with("ipc://@");
  if (!text.starts_with("tcp://")) return false;
  const std::size_t colon = text.rfind(':');
  const std::string_view host = text.substr(6, colon < 6 ? 0 : colon - 6);
  // The colons of an IPv6 address belong in brackets.
  if (host.empty() || (host.find(':') != std::string_view::npos && !host.starts_with('['))) return false;
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc() && rest == digits.data() + digits.size() && port != 0;
}

/// One endpoint, or a list of them that is not empty.
std::vector<std::string> read_endpoints(const YamlValue& value, Problems& problems) {
  std::vector<std::string> endpoints;
  if (value.kind != YamlValue::Kind::list || value.items.empty()) {
    if (auto endpoint = read_text(value, expected, problems)) endpoints.push_back(*std::move(endpoint));
    return endpoints;
  }
  for (const YamlValue& item : value.items) {
    if (auto endpoint = read_text(item, expected, problems)) endpoints.push_back(*std::move(endpoint));
  }
  return endpoints;
}

std::vector<std::string> endpoints_in(const std::string& file) {
  const auto text = read_settings_file(file);
  if (!text) return {};
  const YamlValue document = parse_yaml(*text, file);
  std::vector<std::string> found;
  Problems problems(file, found);
  SettingsMap settings(document, "the settings", problems);
  std::vector<std::string> endpoints;
  if (const auto* member = settings.find("endpoint")) endpoints = read_endpoints(member->value, problems);
  settings.refuse_unknown_keys();
  if (!found.empty()) throw SettingsError(found);
  return endpoints;
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

std::vector<std::string> first_choice(const std::vector<std::string>& options,
                                      const std::vector<std::string>& files) {
  if (!options.empty()) return options;
  if (auto endpoints = split(environment("ZMQ_FILER_ENDPOINT")); !endpoints.empty()) return endpoints;
  for (const std::string& file : files) {
    if (auto endpoints = endpoints_in(file); !endpoints.empty()) return endpoints;
  }
  return {default_endpoint};
}

}  // namespace

std::vector<std::string> settings_files() {
  constexpr const char* name = "/zmq-filer/zmq-filer.yaml";
  std::vector<std::string> files;
  if (const std::string xdg = environment("XDG_CONFIG_HOME"); xdg.starts_with('/')) {
    files.push_back(xdg + name);
  } else if (const std::string home = environment("HOME"); !home.empty()) {
    files.push_back(home + "/.config" + name);
  }
  files.push_back(std::string("/etc") + name);
  return files;
}

std::vector<std::string> choose_endpoints(const std::vector<std::string>& options,
                                          const std::vector<std::string>& files) {
  std::vector<std::string> endpoints = first_choice(options, files);
  for (const std::string& endpoint : endpoints) {
    if (!is_endpoint(endpoint)) {
      throw CommandError(ExitStatus::usage,
                         fmt::format("{} is not an endpoint: expected {}", quote(endpoint), expected));
    }
  }
  return endpoints;
}

}  // namespace filer
