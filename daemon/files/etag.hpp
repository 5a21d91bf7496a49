#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

namespace filer {

/// What tells one state of a file from another: an opaque text over device, inode, size, mtime and ctime in
/// nanoseconds. The same text for the same state, within one host. A hint where a file is written through a
/// mapping, or twice within one tick of the file system's clock.
[[nodiscard]] std::string etag_of(const struct stat& status);

/// Whether nothing that an etag covers differs.
[[nodiscard]] bool same_state(const struct stat& a, const struct stat& b) noexcept;

/// The modification time in milliseconds of Unix time.
[[nodiscard]] std::int64_t mtime_of(const struct stat& status) noexcept;

}  // namespace filer
