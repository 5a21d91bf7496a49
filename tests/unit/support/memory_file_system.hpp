#pragma once

#include <linux/magic.h>
#include <sys/vfs.h>

namespace filer::test {

/// Where a tmpfs is, on most hosts.
inline constexpr const char* memory_directory = "/dev/shm";

[[nodiscard]] inline bool has_memory_file_system() {
  struct statfs status {};
  return ::statfs(memory_directory, &status) == 0 && status.f_type == TMPFS_MAGIC;
}

}  // namespace filer::test
