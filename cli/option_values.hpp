#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>

/// What the values of options must look like: each check says what it expected where they do not.
namespace filer {

/// A whole number, in decimal digits. To be used with transform(), for CLI11 takes leading zeros for octal.
[[nodiscard]] CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);

/// A number of seconds, whole or with a fraction.
[[nodiscard]] CLI::Validator seconds(double least, double most);

/// A size in bytes, with or without a unit. To be used with transform(): it becomes the number.
[[nodiscard]] CLI::Validator byte_size();

[[nodiscard]] CLI::Validator not_empty();

}  // namespace filer
