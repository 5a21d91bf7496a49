#pragma once

#include "daemon/access/access_rules.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// What ends the name of an authorized key's file; before it stands the key's name.
inline constexpr std::string_view authorized_key_suffix = ".yaml";

/// Whether it can name a key: 1 to 64 letters, digits, -, _, ., @, and no - or . at its beginning.
[[nodiscard]] bool is_key_name(std::string_view name) noexcept;

/// One authorized key from the text of its file. `roots`: those that there are, and that it may name. What is
/// wrong with it is added to `found`. Throws SettingsError for what is not YAML.
[[nodiscard]] AuthorizedKey parse_authorized_key(std::string_view text, const std::string& file,
                                                 std::string name, const std::vector<std::string>& roots,
                                                 std::vector<std::string>& found);

/// All keys of a directory: of its files whose names end in .yaml and do not begin with a dot. No directory
/// means no keys. What is wrong with it is added to `problems`, two names for one key among it.
[[nodiscard]] std::vector<AuthorizedKey> load_authorized_keys(const std::string& directory,
                                                              const std::vector<std::string>& roots,
                                                              std::vector<std::string>& problems);

/// The text of a key's file, as parse_authorized_key() reads it.
[[nodiscard]] std::string format_authorized_key(const AuthorizedKey& key);

}  // namespace filer
