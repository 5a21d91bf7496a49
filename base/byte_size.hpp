#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace filer {

/// Reads a size in bytes: digits, then nothing, B, KiB, MiB or GiB ("65536", "64KiB", "64 KiB").
/// nullopt: anything else, or more than 2^63-1 bytes.
[[nodiscard]] std::optional<std::uint64_t> parse_byte_size(std::string_view text) noexcept;

/// The same size in the largest unit that divides it: "64KiB". parse_byte_size() reads it back.
[[nodiscard]] std::string format_byte_size(std::uint64_t bytes);

}  // namespace filer
