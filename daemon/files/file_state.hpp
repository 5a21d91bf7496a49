#pragma once

#include "base/file_descriptor.hpp"
#include "protocol/reply.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace filer {

/// What the file system says of a file at one moment.
struct FileState {
  struct Time {
    std::int64_t seconds = 0;  ///< Unix time
    std::uint32_t nanoseconds = 0;
    bool operator==(const Time&) const = default;
  };

  FileType type = FileType::other;
  std::uint32_t mode = 0;  ///< permission bits
  std::uint64_t size = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  Time mtime;
  Time ctime;
  Time btime;  ///< when it came to be; zero where the file system does not keep that
};

/// The state of an open file. Throws std::system_error.
[[nodiscard]] FileState state_of(FileDescriptor file);

/// The state of a directory's entry itself, a symbolic link's own for one; nullopt if it has gone meanwhile.
/// Throws std::system_error.
[[nodiscard]] std::optional<FileState> state_of_entry(FileDescriptor directory, const char* name);

/// What tells one state of a file from another: an opaque text over device, inode, size, mtime and ctime in
/// nanoseconds. The same text for the same state, within one host. A hint where a file is written through a
/// mapping, or twice within one tick of the file system's clock.
[[nodiscard]] std::string etag_of(const FileState& state);

/// Whether nothing that an etag covers differs.
[[nodiscard]] bool same_state(const FileState& a, const FileState& b) noexcept;

/// What tells one file from another whatever they hold: an opaque text over device, inode and birth. A file
/// that takes another one's place has another id, even where it gets the same inode.
[[nodiscard]] std::string id_of(const FileState& state);

/// The modification time in milliseconds of Unix time.
[[nodiscard]] std::int64_t mtime_of(const FileState& state) noexcept;

}  // namespace filer
