#include "base/yaml.hpp"

#include "base/escape.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <unordered_map>

namespace filer {
namespace {

std::string join_lines(const std::vector<std::string>& lines) {
  return fmt::format("{}", fmt::join(lines, "\n"));
}

/// Builds the tree from yaml-cpp's events: unlike its nodes, they still show anchors, tags and duplicate
/// keys.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string file) : file_(std::move(file)) {}

  [[nodiscard]] YamlValue take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add({YamlValue::Kind::null, position(mark), {}, {}, {}});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "aliases are not supported: write the value out");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    add({YamlValue::Kind::scalar, position(mark), value, {}, {}});
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(YamlValue::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(YamlValue::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  /// A list or map whose end has not been seen, and the key that waits for its value.
  struct Open {
    YamlValue value;
    bool has_key = false;
    std::string key;
    Position key_at;
    std::unordered_map<std::string, int> lines;  ///< of the keys so far
  };

  static Position position(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

  [[noreturn]] void refuse(Position at, const std::string& problem) const {
    throw SettingsError({fmt::format("{}:{}:{}: {}", file_, at.line, at.column, problem)});
  }
  [[noreturn]] void refuse(const YAML::Mark& mark, const std::string& problem) const {
    refuse(position(mark), problem);
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != 0) refuse(mark, "anchors are not supported: write the value out where it is used");
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    const bool implicit = tag.empty() || tag == "?" || tag == "!";
    if (!implicit) refuse(mark, fmt::format("tags are not supported: {}", quote(tag)));
  }

  void start(YamlValue::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (!open_.empty() && wants_key(open_.back())) refuse(mark, "a key must be plain text");
    open_.push_back({{kind, position(mark), {}, {}, {}}, false, {}, {}, {}});
  }

  void end() {
    YamlValue done = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(done));
  }

  static bool wants_key(const Open& parent) {
    return parent.value.kind == YamlValue::Kind::map && !parent.has_key;
  }

  void add(YamlValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& parent = open_.back();
    if (wants_key(parent)) {
      add_key(parent, std::move(value));
    } else if (parent.value.kind == YamlValue::Kind::map) {
      // Where there is no value, yaml-cpp tells the place of whatever comes next.
      if (value.kind == YamlValue::Kind::null) value.at = parent.key_at;
      parent.value.members.push_back({std::move(parent.key), parent.key_at, std::move(value)});
      parent.has_key = false;
    } else {
      parent.value.items.push_back(std::move(value));
    }
  }

  void add_key(Open& parent, YamlValue key) const {
    if (key.kind != YamlValue::Kind::scalar) refuse(key.at, "a key must be plain text");
    const auto [first, is_new] = parent.lines.emplace(key.scalar, key.at.line);
    if (!is_new) {
      refuse(key.at,
             fmt::format("duplicate key {}: it is already set in line {}", quote(key.scalar), first->second));
    }
    parent.key = std::move(key.scalar);
    parent.key_at = key.at;
    parent.has_key = true;
  }

  std::string file_;
  YamlValue root_;
  std::vector<Open> open_;
};

}  // namespace

SettingsError::SettingsError(std::vector<std::string> problems)
    : std::runtime_error(join_lines(problems)), problems_(std::move(problems)) {}

YamlValue parse_yaml(std::string_view text, const std::string& file) {
  if (text.size() > most_yaml_bytes) {
    throw SettingsError({fmt::format("{}:1:1: larger than {} bytes", file, most_yaml_bytes)});
  }
  if (text.find('\0') != std::string_view::npos) {
    throw SettingsError({fmt::format("{}:1:1: contains a NUL character: not a text file", file)});
  }
  std::istringstream stream{std::string(text)};
  TreeBuilder builder(file);
  try {
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    // yaml-cpp 0.7 may find "documents" for ever in a malformed tail: one more look is enough to refuse it.
    TreeBuilder rest(file);
    if (parser.HandleNextDocument(rest)) {
      throw SettingsError({fmt::format("{}:1:1: holds more than one YAML document, expected one", file)});
    }
  } catch (const YAML::Exception& error) {
    throw SettingsError(
        {fmt::format("{}:{}:{}: {}", file, error.mark.line + 1, error.mark.column + 1, escape(error.msg))});
  }
  return builder.take();
}

}  // namespace filer
