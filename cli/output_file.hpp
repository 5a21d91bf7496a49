#pragma once

#include "base/file_descriptor.hpp"

#include <string>
#include <string_view>

namespace filer {

/// Writes all of it to an open descriptor. Throws std::system_error naming `what`, and CommandError
/// (interrupted).
void write_all(FileDescriptor file, std::string_view bytes, const std::string& what);

}  // namespace filer
