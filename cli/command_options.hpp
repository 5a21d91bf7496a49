#pragma once

#include "cli/options.hpp"

#include <CLI/CLI.hpp>

namespace filer {

/// Adds every command to the program; when one is parsed, its options are in `chosen`, which must outlive
/// `program`.
void describe_commands(CLI::App& program, CommandOptions& chosen);

/// CLI11 splits a word in brackets at its commas, and takes ++ for the end of a command; a word so guarded it
/// leaves alone. The arguments of commands come out as they were.
[[nodiscard]] std::string guard_word(std::string word);

}  // namespace filer
