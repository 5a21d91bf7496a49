#pragma once

#include "daemon/config/config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// The settings of a YAML text, defaults where it is silent or wrong. `file` names it in messages. What is
/// wrong with the text's form (unknown keys, values that make no sense by themselves) is added to `found`.
/// Throws SettingsError for what is not YAML at all.
[[nodiscard]] Config parse_config(std::string_view text, const std::string& file,
                                  std::vector<std::string>& found);

/// Checks what settings mean together and on this host: addresses that can be listened on, roots that are
/// absolute, nothing beyond this host without encryption. Adds to `problems`.
void check_config(const Config& config, std::vector<std::string>& problems);

}  // namespace filer
