#include "daemon/files/file_system.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>

namespace filer {
namespace {

constexpr std::array<unsigned long, 2> memory_types = {TMPFS_MAGIC, RAMFS_MAGIC};

constexpr std::array<unsigned long, 9> disk_types = {
    EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,   BTRFS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC,
    F2FS_SUPER_MAGIC, MSDOS_SUPER_MAGIC, SQUASHFS_MAGIC,
    0x2fc12fc1,  // ZFS
    0xca451a4e,  // bcachefs
};

template <std::size_t n>
bool contains(const std::array<unsigned long, n>& types, unsigned long type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

}  // namespace

FileSystemKind file_system_kind(FileDescriptor file) noexcept {
  struct statfs status {};
  if (::fstatfs(file.get(), &status) != 0) return FileSystemKind::other;
  const auto type = static_cast<unsigned long>(status.f_type) & 0xffffffff;
  if (contains(memory_types, type)) return FileSystemKind::memory;
  return contains(disk_types, type) ? FileSystemKind::disk : FileSystemKind::other;
}

}  // namespace filer
