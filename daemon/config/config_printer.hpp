#pragma once

#include "daemon/config/config.hpp"

#include <string>

namespace filer {

/// The configuration as YAML with every key, ending in a newline; parse_config() reads it back to the same
/// values, save what yaml-cpp cannot write and prints as U+FFFD: bytes that are not UTF-8, and the
/// noncharacters of Unicode, such as U+FFFF.
[[nodiscard]] std::string print_config(const Config& config);

}  // namespace filer
