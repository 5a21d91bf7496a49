#pragma once

#include "base/file_descriptor.hpp"
#include "protocol/reply.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// Reading open regular files. A file that changes while it is read is read again a few times, then given up
/// as `changed`: what is returned was there at one moment, as far as size, mtime and ctime can tell.
namespace filer {

/// Reads a whole file of at most `most_bytes`. Files that claim to be empty or longer than they are, as those
/// of procfs and sysfs do, are read to their end. Throws RequestError (not_a_file, too_large, changed) and
/// std::system_error.
[[nodiscard]] std::string read_whole_file(FileDescriptor file, std::uint64_t most_bytes);

/// Which bytes of a file.
struct Range {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< at most so many
};

/// Reads a range, clamped to the end of the file. `if_match`: only of a file with this etag. `if_none_match`:
/// of a file with this etag, nothing but the etag is read. Throws RequestError (not_a_file, range, changed)
/// and std::system_error.
[[nodiscard]] Chunk read_chunk(FileDescriptor file, const Range& range,
                               const std::optional<std::string>& if_match,
                               const std::optional<std::string>& if_none_match);

}  // namespace filer
