#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace filer {

/// Reads exactly the bytes from one offset to another of a file.
using RangeReader = std::function<std::string(std::uint64_t from, std::uint64_t to)>;

/// Where the last `lines` lines of a file of so many bytes begin. Reads backwards and holds no more than one
/// range in memory, however long a line is. A last line without a newline is one too.
[[nodiscard]] std::uint64_t find_last_lines(std::uint64_t size, std::uint64_t lines, const RangeReader& read);

}  // namespace filer
