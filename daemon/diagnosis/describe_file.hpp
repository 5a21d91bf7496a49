#pragma once

#include "base/file_descriptor.hpp"

#include <string>

namespace filer {

/// What a file or directory is, whose, with which permissions, and what this process's user may not do with
/// it: "directory, rwxr-x--- root adm; this user may not enter it". Throws std::system_error.
[[nodiscard]] std::string describe_file(FileDescriptor file);

}  // namespace filer
