#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// A place in a text file, both counted from 1.
struct Position {
  int line = 1;
  int column = 1;
};

/// One node of a YAML document, as written: scalars stay text (0755, yes and 1e3 are what they look like), so
/// that whoever reads a setting decides what its text may mean.
struct YamlValue {
  enum class Kind { null, scalar, list, map };
  struct Member;

  Kind kind = Kind::null;
  Position at;
  std::string scalar;
  std::vector<YamlValue> items;
  std::vector<Member> members;  ///< in the order of the file, no key twice
};

struct YamlValue::Member {
  std::string key;
  Position key_at;
  YamlValue value;
};

/// What is wrong with a settings file: every problem found, one a line, each "file:line:column: what is
/// wrong".
class SettingsError : public std::runtime_error {
 public:
  explicit SettingsError(std::vector<std::string> problems);

  [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }

 private:
  std::vector<std::string> problems_;
};

inline constexpr std::size_t most_yaml_bytes = 1 << 20;

/// Parses one YAML document. An empty document is a null value. Throws SettingsError for what is not YAML and
/// for what a settings file has no use for and a reader would misread: duplicate keys, anchors and aliases,
/// tags, keys that are not plain text, a second document, more than most_yaml_bytes. `file` names the text in
/// messages.
[[nodiscard]] YamlValue parse_yaml(std::string_view text, const std::string& file);

}  // namespace filer
