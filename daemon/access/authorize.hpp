#pragma once

#include "daemon/config/config.hpp"
#include "daemon/options.hpp"

#include <string>

namespace filer {

/// Writes the file of a new authorized key, whole or not at all, and never over another one. Returns what to
/// tell about it. Throws UsageError for a name, key, root or op that is none; SettingsError for a key file
/// that cannot be read; std::system_error where the file cannot be written.
[[nodiscard]] std::string authorize(const AuthorizeOptions& options, const Config& config);

}  // namespace filer
