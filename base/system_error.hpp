#pragma once

#include <string>
#include <system_error>

namespace filer {

/// An errno that travels with the operation that failed and the escaped name of what it failed on:
/// what() reads "open '/srv/x': No such file or directory", code() holds the errno.
[[nodiscard]] std::system_error make_system_error(int error_number, const std::string& operation);

/// Throws make_system_error() for the current errno.
[[noreturn]] void throw_errno(const std::string& operation);

/// Whether this errno of an open, or of what follows it, is due to the name, to what bears it or to
/// permissions, which stay as they are until somebody changes them. Everything else may be over by the next
/// attempt.
[[nodiscard]] bool is_lasting(int error_number) noexcept;

}  // namespace filer
