#pragma once

#include "base/yaml.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// Collects what is wrong with one settings file, so that a person is told all of it at once.
class Problems {
 public:
  /// `found` gets a line for each problem and must outlive this.
  Problems(std::string file, std::vector<std::string>& found) : file_(std::move(file)), found_(found) {}

  /// "file:line:column", for messages about a setting that come after its file was read.
  [[nodiscard]] std::string where(Position at) const;

  void add(Position at, std::string_view problem);

 private:
  std::string file_;
  std::vector<std::string>& found_;
};

/// Reads the members of one YAML map, each at most once, and knows which keys nobody asked for.
/// What is wrong goes to Problems; the target then keeps its value.
class SettingsMap {
 public:
  /// `name` is what the map is called in messages. A null value reads as an empty map.
  SettingsMap(const YamlValue& value, std::string name, Problems& problems);

  /// The value of a key, or nullptr where it is not set; for settings with a shape of their own.
  [[nodiscard]] const YamlValue::Member* find(std::string_view key);

  void read(std::string_view key, bool& target);
  /// A size with an optional unit, between least and most bytes, both allowed.
  void read_byte_size(std::string_view key, std::uint64_t& target, std::uint64_t least, std::uint64_t most);
  /// A whole number between least and most, both allowed.
  void read_number(std::string_view key, std::uint64_t& target, std::uint64_t least, std::uint64_t most);
  /// One of `choices`; the target becomes its index.
  void read_choice(std::string_view key, std::size_t& target, const std::vector<std::string_view>& choices);

  /// Reports every key that none of the calls above named. Call it last.
  void refuse_unknown_keys();

 private:
  using NumberParser = std::optional<std::uint64_t> (*)(std::string_view text) noexcept;

  void read_within(std::string_view key, std::uint64_t& target, std::uint64_t least, std::uint64_t most,
                   NumberParser parse, const std::string& expected);
  const YamlValue* find_scalar(std::string_view key, std::string_view expected);

  const YamlValue& value_;
  std::string name_;
  Problems& problems_;
  std::vector<std::string_view> known_;
};

/// Text of a scalar that is not empty; otherwise reports "expected {expected}" and gives nullopt.
[[nodiscard]] std::optional<std::string> read_text(const YamlValue& value, std::string_view expected,
                                                   Problems& problems);

/// The text of a settings file, cut at one byte more than parse_yaml() takes; nullopt where there is no such
/// file. Throws SettingsError when it cannot be read, or std::system_error when that may be over soon.
[[nodiscard]] std::optional<std::string> read_settings_file(const std::string& path);

}  // namespace filer
