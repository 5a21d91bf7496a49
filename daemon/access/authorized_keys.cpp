#include "daemon/access/authorized_keys.hpp"

#include "base/curve_key.hpp"
#include "base/escape.hpp"
#include "base/settings.hpp"
#include "protocol/request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

namespace filer {
namespace {

constexpr std::size_t most_name_length = 64;

using Names = std::vector<std::string>;

/// A list of names that there are; nullopt: the key is not set.
std::optional<Names> read_names(SettingsMap& settings, std::string_view key, const Names& known,
                                Problems& problems) {
  const auto* member = settings.find(key);
  if (member == nullptr) return std::nullopt;
  const std::string expected = fmt::format("a list of {} ({})", key, fmt::join(known, ", "));
  Names names;
  if (member->value.kind != YamlValue::Kind::list) {
    problems.add(member->value.at, fmt::format("{}: expected {}", key, expected));
  }
  for (const YamlValue& item : member->value.items) {
    const auto name = read_text(item, expected, problems);
    if (!name) continue;
    if (std::find(known.begin(), known.end(), *name) == known.end()) {
      problems.add(item.at, fmt::format("{}: there is no {}, expected {}", key, quote(*name), expected));
    }
    names.push_back(*name);
  }
  return names;
}

std::string read_public_key(SettingsMap& settings, Problems& problems) {
  const auto* member = settings.find("key");
  if (member == nullptr) {
    problems.add({}, "the key 'key' is missing: the public key of the peer");
    return {};
  }
  if (member->value.kind == YamlValue::Kind::scalar && is_curve_key(member->value.scalar)) {
    return member->value.scalar;
  }
  problems.add(member->value.at,
               fmt::format("key: expected {} in quotes, as 'zmq-filer keygen' prints it", curve_key_form));
  return {};
}

Names op_list() {
  return {std::begin(op_names), std::end(op_names)};
}

/// The files of keys, in the order of their names.
std::vector<std::filesystem::path> key_files(const std::string& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    if (name.ends_with(authorized_key_suffix) && !name.starts_with('.')) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void load_file(const std::filesystem::path& file, const Names& roots, std::vector<AuthorizedKey>& keys,
               std::vector<std::string>& problems) {
  const std::string shown = escape(file.string());
  const std::string name = file.stem();
  if (!is_key_name(name)) {
    problems.push_back(
        fmt::format("{}:1:1: {} cannot name a key: expected 1 to {} of a-z, A-Z, 0-9, -, _, . "
                    "and @, a letter, digit or _ first",
                    shown, quote(name), most_name_length));
    return;
  }
  const auto text = read_settings_file(file);
  if (!text) return;  // removed since
  AuthorizedKey key = parse_authorized_key(*text, shown, name, roots, problems);
  const auto same = std::find_if(keys.begin(), keys.end(), [&key](const AuthorizedKey& other) {
    return !key.public_key.empty() && other.public_key == key.public_key;
  });
  if (same != keys.end()) {
    problems.push_back(fmt::format("{}:1:1: the same key is authorized as {} already", shown, same->name));
  } else {
    keys.push_back(std::move(key));
  }
}

std::string quoted_list(const Names& names) {
  std::string list;
  for (const std::string& name : names) list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", name);
  return "[" + list + "]";
}

}  // namespace

bool is_key_name(std::string_view name) noexcept {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '@';
  };
  return !name.empty() && name.size() <= most_name_length && name.front() != '-' && name.front() != '.' &&
         name.front() != '@' && std::all_of(name.begin(), name.end(), allowed);
}

AuthorizedKey parse_authorized_key(std::string_view text, const std::string& file, std::string name,
                                   const std::vector<std::string>& roots, std::vector<std::string>& found) {
  const YamlValue document = parse_yaml(text, file);
  Problems problems(file, found);
  SettingsMap settings(document, "the authorized key", problems);
  AuthorizedKey key;
  key.name = std::move(name);
  key.public_key = read_public_key(settings, problems);
  key.roots = read_names(settings, "roots", roots, problems);
  key.ops = read_names(settings, "ops", op_list(), problems);
  settings.refuse_unknown_keys();
  return key;
}

std::vector<AuthorizedKey> load_authorized_keys(const std::string& directory,
                                                const std::vector<std::string>& roots,
                                                std::vector<std::string>& problems) {
  std::vector<AuthorizedKey> keys;
  try {
    for (const auto& file : key_files(directory)) {
      try {
        load_file(file, roots, keys, problems);
      } catch (const SettingsError& error) {
        problems.insert(problems.end(), error.problems().begin(), error.problems().end());
      }
    }
  } catch (const std::filesystem::filesystem_error& error) {
    if (error.code() != std::errc::no_such_file_or_directory) {
      problems.push_back(fmt::format("{}: {}", escape(directory), error.code().message()));
    }
  }
  return keys;
}

std::string format_authorized_key(const AuthorizedKey& key) {
  std::string text = fmt::format(
      "# A CURVE key that may connect to zmq-filerd; zmq-filerd.yaml(5) says more. After a change:\n"
      "# systemctl reload zmq-filerd\n"
      "key: \"{}\"\n",
      key.public_key);
  text += key.roots ? fmt::format("roots: {}\n", quoted_list(*key.roots))
                    : "#roots: [default]   # without this line: all roots that are open to it\n";
  text += key.ops ? fmt::format("ops: {}\n", quoted_list(*key.ops))
                  : fmt::format("#ops: {}   # without this line: all ops\n", quoted_list(op_list()));
  return text;
}

}  // namespace filer
