#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/files/access.hpp"

#include <cstdint>
#include <string>

namespace filer {

/// What a path is opened for.
enum class OpenFor : std::uint8_t {
  reading,  ///< a file; never blocks on a FIFO, never takes a terminal
  listing,  ///< a directory
  status    ///< anything, even what cannot be read; nothing happens to it
};

/// Opens `path` strictly below the directory `root`: the kernel refuses every way out, as it resolves the
/// path (openat2(2), RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS). `extra_resolve`: further RESOLVE_ flags.
/// Throws std::system_error without a name in it: EXDEV where the path leads out, EAGAIN where renames kept
/// disturbing the look-up, EMFILE or ENFILE where no descriptor was to be had for a second.
[[nodiscard]] UniqueFileDescriptor open_beneath(FileDescriptor root, const std::string& path, OpenFor purpose,
                                                std::uint64_t extra_resolve);

/// The same, but only by what the kernel has in memory, and only on the file system that the root itself lies
/// on (RESOLVE_CACHED | RESOLVE_NO_XDEV). Throws WouldBlock where it cannot say by that; EXDEV among it, and
/// where there is no descriptor left.
[[nodiscard]] UniqueFileDescriptor open_cached_beneath(FileDescriptor root, const std::string& path,
                                                       OpenFor purpose, std::uint64_t extra_resolve);

/// Whether this kernel, under this process's system call filter, has openat2. Throws std::system_error that
/// says what stands in the way.
void require_openat2();

}  // namespace filer
