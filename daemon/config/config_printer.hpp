#pragma once

#include "daemon/config/config.hpp"

#include <string>

namespace filer {

/// The configuration as YAML with every key, ending in a newline; parse_config() reads it back to the same
/// values.
[[nodiscard]] std::string print_config(const Config& config);

}  // namespace filer
