#include "cli/keys/known_servers.hpp"

#include "base/curve_key.hpp"
#include "base/escape.hpp"
#include "base/file_descriptor.hpp"
#include "base/settings.hpp"
#include "base/system_error.hpp"
#include "cli/endpoint_form.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

namespace filer {
namespace {

constexpr std::string_view blanks = " \t\r";

/// The next word of a line, which is taken off it, with the blanks before it.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(blanks));
  line.remove_prefix(word.size());
  return word;
}

/// Whether what is written to the end of the file would continue a line.
bool ends_within_line(int file, const std::string& name) {
  const off_t size = ::lseek(file, 0, SEEK_END);
  char last = '\n';
  if (size < 0 || (size > 0 && ::pread(file, &last, 1, size - 1) < 0)) throw_errno("read " + quote(name));
  return last != '\n';
}

}  // namespace

KnownServers parse_known_servers(std::string_view text, const std::string& file) {
  KnownServers servers;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string where = fmt::format("{}:{}", file, number);
    const std::string_view endpoint = take_word(line);
    if (endpoint.empty() || endpoint.front() == '#') continue;
    const std::string_view key = take_word(line);
    if (!is_endpoint(endpoint) || !is_curve_key(key) || !take_word(line).empty()) {
      throw SettingsError(
          {fmt::format("{}:1: expected an endpoint and a public key ({})", where, curve_key_form)});
    }
    const auto [server, is_new] =
        servers.try_emplace(canonical_endpoint(endpoint), KnownServer{std::string(key), where});
    if (!is_new && server->second.key != key) {
      throw SettingsError(
          {fmt::format("{}:1: {} is known already, from {}", where, escape(endpoint), server->second.where)});
    }
  }
  return servers;
}

KnownServers load_known_servers(const std::string& file) {
  const auto text = read_settings_file(file);
  if (!text) return {};
  return parse_known_servers(*text, file);
}

void remember_server(const std::string& file, const std::string& endpoint, const std::string& key) {
  std::filesystem::create_directories(std::filesystem::path(file).parent_path());
  const UniqueFileDescriptor opened(::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  if (!opened.is_open()) throw_errno("open " + quote(file));
  const std::string line =
      fmt::format("{}{} {}\n", ends_within_line(opened.get(), file) ? "\n" : "", endpoint, key);
  // One write to the end of a file is not mixed with those of others.
  if (::write(opened.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
    throw_errno("write " + quote(file));
  }
}

}  // namespace filer
