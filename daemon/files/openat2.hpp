#pragma once

#include "base/file_descriptor.hpp"

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
/// disturbing the look-up.
[[nodiscard]] UniqueFileDescriptor open_beneath(FileDescriptor root, const std::string& path, OpenFor purpose,
                                                std::uint64_t extra_resolve);

/// Whether this kernel, under this process's system call filter, has openat2. Throws std::system_error that
/// says what stands in the way.
void require_openat2();

}  // namespace filer
