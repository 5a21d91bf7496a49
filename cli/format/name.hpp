#pragma once

#include "protocol/json_writer.hpp"

#include <string_view>

namespace filer {

/// Writes bytes from elsewhere as a member: `key` where they are UTF-8, else `key`_base64, as the protocol
/// does.
void write_name(JsonWriter& json, std::string_view key, std::string_view bytes);

/// Columns that text takes on a terminal, as the locale (LC_CTYPE) knows them. It must be printable.
[[nodiscard]] std::size_t display_width(std::string_view printable);

}  // namespace filer
