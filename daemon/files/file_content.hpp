#pragma once

#include "base/bytes.hpp"
#include "base/file_descriptor.hpp"
#include "protocol/reply.hpp"

#include <cstdint>
#include <optional>
#include <string>

/// Reading open regular files. A file that changes while it is read is read again a few times, then given up
/// as `changed`: what is returned was there at one moment, as far as size, mtime and ctime can tell. `flags`
/// are those of fill_from().
namespace filer {

/// Reads a whole file of at most `most_bytes`. Files that claim to be empty or longer than they are, as those
/// of procfs and sysfs do, are read to their end. Throws RequestError (not_a_file, too_large, changed) and
/// std::system_error.
[[nodiscard]] Bytes read_whole_file(FileDescriptor file, std::uint64_t most_bytes, int flags = 0);

/// Which bytes of a file.
struct Range {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< at most so many
};

/// What must hold of a file for a range of it to be read.
struct Preconditions {
  std::optional<std::string> if_match;       ///< its etag is this one; otherwise it is `changed`
  std::optional<std::string> if_none_match;  ///< its etag is not this one; otherwise only the etag is read
  bool settled = false;  ///< nobody is in the middle of a write to it: see settled_file_state()
};

/// Reads a range, clamped to the end of the file. Throws RequestError (not_a_file, range, changed) and
/// std::system_error.
[[nodiscard]] Chunk read_chunk(FileDescriptor file, const Range& range, const Preconditions& preconditions,
                               int flags = 0);

}  // namespace filer
