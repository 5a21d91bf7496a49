#include "cli/endpoint.hpp"

#include "base/escape.hpp"
#include "base/settings.hpp"
#include "cli/exit_status.hpp"

#include <fmt/format.h>

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

std::optional<std::string> endpoint_in(const std::string& file) {
  const auto text = read_settings_file(file);
  if (!text) return std::nullopt;
  const YamlValue document = parse_yaml(*text, file);
  std::vector<std::string> found;
  Problems problems(file, found);
  SettingsMap settings(document, "the settings", problems);
  std::optional<std::string> endpoint;
  if (const auto* member = settings.find("endpoint")) endpoint = read_text(member->value, expected, problems);
  settings.refuse_unknown_keys();
  if (!found.empty()) throw SettingsError(found);
  return endpoint;
}

std::string first_choice(const std::string& option, const std::vector<std::string>& files) {
  if (!option.empty()) return option;
  if (std::string endpoint = environment("ZMQ_FILER_ENDPOINT"); !endpoint.empty()) return endpoint;
  for (const std::string& file : files) {
    if (auto endpoint = endpoint_in(file)) return *endpoint;
  }
  return default_endpoint;
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

std::string choose_endpoint(const std::string& option, const std::vector<std::string>& files) {
  std::string endpoint = first_choice(option, files);
  if (!is_endpoint(endpoint)) {
    throw CommandError(ExitStatus::usage,
                       fmt::format("{} is not an endpoint: expected {}", quote(endpoint), expected));
  }
  return endpoint;
}

}  // namespace filer
