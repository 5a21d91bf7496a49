#pragma once

#include "base/file_descriptor.hpp"

#include <cstdint>
#include <string>

namespace filer {

/// Reads a whole open file of at most `most_bytes`. A file that changes meanwhile is read again a few times.
/// Files that claim to be empty or longer than they are, as those of procfs and sysfs do, are read to their
/// end. Throws RequestError (not_a_file, too_large, changed) and std::system_error.
[[nodiscard]] std::string read_whole_file(FileDescriptor file, std::uint64_t most_bytes);

}  // namespace filer
