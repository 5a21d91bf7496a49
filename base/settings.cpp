#include "base/settings.hpp"

#include "base/byte_size.hpp"
#include "base/escape.hpp"
#include "base/file_descriptor.hpp"
#include "base/system_error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace filer {
namespace {

std::string describe(const YamlValue& value) {
  switch (value.kind) {
    case YamlValue::Kind::null:
      return "nothing";
    case YamlValue::Kind::scalar:
      return quote(value.scalar);
    case YamlValue::Kind::list:
      return "a list";
    case YamlValue::Kind::map:
      return "a map";
  }
  return "?";
}

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || rest != text.data() + text.size()) return std::nullopt;
  return number;
}

[[noreturn]] void refuse_file(const std::string& path, int error_number) {
  if (!is_lasting(error_number)) throw make_system_error(error_number, path);
  throw SettingsError({make_system_error(error_number, path).what()});
}

}  // namespace

std::string Problems::where(Position at) const {
  return fmt::format("{}:{}:{}", file_, at.line, at.column);
}

void Problems::add(Position at, std::string_view problem) {
  found_.push_back(fmt::format("{}: {}", where(at), problem));
}

SettingsMap::SettingsMap(const YamlValue& value, std::string name, Problems& problems)
    : value_(value), name_(std::move(name)), problems_(problems) {
  if (value.kind != YamlValue::Kind::map && value.kind != YamlValue::Kind::null) {
    problems_.add(value.at, fmt::format("{}: expected keys with values, found {}", name_, describe(value)));
  }
}

const YamlValue::Member* SettingsMap::find(std::string_view key) {
  known_.push_back(key);
  const auto found = std::find_if(value_.members.begin(), value_.members.end(),
                                  [key](const YamlValue::Member& member) { return member.key == key; });
  return found == value_.members.end() ? nullptr : &*found;
}

const YamlValue* SettingsMap::find_scalar(std::string_view key, std::string_view expected) {
  const YamlValue::Member* member = find(key);
  if (member == nullptr) return nullptr;
  if (member->value.kind == YamlValue::Kind::scalar) return &member->value;
  problems_.add(member->value.at,
                fmt::format("{}: expected {}, found {}", key, expected, describe(member->value)));
  return nullptr;
}

void SettingsMap::read(std::string_view key, bool& target) {
  const YamlValue* value = find_scalar(key, "true or false");
  if (value == nullptr) return;
  if (value->scalar == "true" || value->scalar == "false") {
    target = value->scalar == "true";
  } else {
    problems_.add(value->at, fmt::format("{}: expected true or false, found {}", key, describe(*value)));
  }
}

void SettingsMap::read_byte_size(std::string_view key, std::uint64_t& target, std::uint64_t least,
                                 std::uint64_t most) {
  read_within(key, target, least, most, parse_byte_size,
              fmt::format("a size from {} to {}, such as 65536 or 64KiB", format_byte_size(least),
                          format_byte_size(most)));
}

void SettingsMap::read_number(std::string_view key, std::uint64_t& target, std::uint64_t least,
                              std::uint64_t most) {
  read_within(key, target, least, most, parse_number,
              fmt::format("a whole number from {} to {}", least, most));
}

void SettingsMap::read_within(std::string_view key, std::uint64_t& target, std::uint64_t least,
                              std::uint64_t most, NumberParser parse, const std::string& expected) {
  const YamlValue* value = find_scalar(key, expected);
  if (value == nullptr) return;
  const auto number = parse(value->scalar);
  if (number && *number >= least && *number <= most) {
    target = *number;
  } else {
    problems_.add(value->at, fmt::format("{}: expected {}, found {}", key, expected, describe(*value)));
  }
}

void SettingsMap::read_choice(std::string_view key, std::size_t& target,
                              const std::vector<std::string_view>& choices) {
  const std::string expected = fmt::format("one of {}", fmt::join(choices, ", "));
  const YamlValue* value = find_scalar(key, expected);
  if (value == nullptr) return;
  const auto choice = std::find(choices.begin(), choices.end(), value->scalar);
  if (choice != choices.end()) {
    target = static_cast<std::size_t>(choice - choices.begin());
  } else {
    problems_.add(value->at, fmt::format("{}: expected {}, found {}", key, expected, describe(*value)));
  }
}

void SettingsMap::refuse_unknown_keys() {
  for (const YamlValue::Member& member : value_.members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    problems_.add(member.key_at, fmt::format("{}: unknown key {}, expected one of {}", name_,
                                             quote(member.key), fmt::join(known_, ", ")));
  }
}

std::optional<std::string> read_text(const YamlValue& value, std::string_view expected, Problems& problems) {
  if (value.kind == YamlValue::Kind::scalar && !value.scalar.empty()) return value.scalar;
  problems.add(value.at, fmt::format("expected {}, found {}", expected, describe(value)));
  return std::nullopt;
}

std::optional<std::string> read_settings_file(const std::string& path) {
  // Not blocking: a FIFO in its place is not waited for.
  const UniqueFileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT) return std::nullopt;
    refuse_file(path, errno);
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) refuse_file(path, errno);
  if (S_ISDIR(status.st_mode)) refuse_file(path, EISDIR);
  constexpr std::size_t most = most_yaml_bytes + 1;
  std::string text(most, '\0');
  std::size_t filled = 0;
  while (filled < most) {
    const ssize_t count = ::read(file.get(), text.data() + filled, most - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) refuse_file(path, errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  text.resize(filled);
  return text;
}

}  // namespace filer
