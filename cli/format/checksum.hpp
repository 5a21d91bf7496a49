#pragma once

#include <string>
#include <string_view>

namespace filer {

/// A line of sha256sum(1) without its newline, which `sha256sum -c` takes: a name with a backslash, a newline
/// or a carriage return is escaped, and the line then begins with a backslash.
[[nodiscard]] std::string format_checksum(std::string_view hexadecimal, std::string_view path);

}  // namespace filer
