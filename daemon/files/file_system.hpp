#pragma once

#include "base/file_descriptor.hpp"

#include <cstdint>

namespace filer {

/// What a file system can be relied upon for.
enum class FileSystemKind : std::uint8_t {
  memory,  ///< never blocks
  disk,    ///< on this host: what is cached does not block
  other    ///< over a network, or made up by a program: may block at any time, and changes without an event
};

/// Of the file system that an open file lies on. May block on one that hangs.
[[nodiscard]] FileSystemKind file_system_kind(FileDescriptor file) noexcept;

/// Whether a file lies on procfs, which shows the processes of the host, their memory and environment among
/// it.
[[nodiscard]] bool shows_processes(FileDescriptor file) noexcept;

/// Whether a file lies on a file system that the kernel makes up to show itself: procfs, sysfs and their kin.
[[nodiscard]] bool shows_the_kernel(FileDescriptor file) noexcept;

/// Whether a file that is written to after somebody looked at its times has other ones, however soon after:
/// Linux 6.13 and later give it such on some file systems (FS_MGTIME). Otherwise two writes within one tick
/// of the clock leave the same.
[[nodiscard]] bool has_fine_times(FileDescriptor file) noexcept;

}  // namespace filer
