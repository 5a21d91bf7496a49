#include "daemon/files/file_system.hpp"

#include <linux/magic.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace filer {
namespace {

constexpr std::array<unsigned long, 2> memory_types = {TMPFS_MAGIC, RAMFS_MAGIC};

constexpr std::array<unsigned long, 9> disk_types = {
    EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,   BTRFS_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC,
    F2FS_SUPER_MAGIC, MSDOS_SUPER_MAGIC, SQUASHFS_MAGIC,
    0x2fc12fc1,  // ZFS
    0xca451a4e,  // bcachefs
};

constexpr std::array<unsigned long, 19> kernel_types = {
    PROC_SUPER_MAGIC,   SYSFS_MAGIC,   CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
    DEBUGFS_MAGIC,      TRACEFS_MAGIC, SECURITYFS_MAGIC,   SELINUX_MAGIC,
    SMACK_MAGIC,        BPF_FS_MAGIC,  PSTOREFS_MAGIC,     EFIVARFS_MAGIC,
    DEVPTS_SUPER_MAGIC, NSFS_MAGIC,    BINFMTFS_MAGIC,     RDTGROUP_SUPER_MAGIC,
    0x62656570,  // configfs
    0x19800202,  // mqueue
    0x65735543,  // fusectl
};

template <std::size_t n>
bool contains(const std::array<unsigned long, n>& types, unsigned long type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

constexpr std::array<unsigned long, 4> types_with_fine_times = {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,
                                                                BTRFS_SUPER_MAGIC, TMPFS_MAGIC};

bool kernel_has_fine_times() {
  utsname system{};
  int major = 0, minor = 0;
  const bool is_known = ::uname(&system) == 0 && std::sscanf(system.release, "%d.%d", &major, &minor) == 2;
  return is_known && std::pair(major, minor) >= std::pair(6, 13);
}

/// The magic number of a file system; 0: it does not tell.
unsigned long type_of(FileDescriptor file) noexcept {
  struct statfs status {};
  if (::fstatfs(file.get(), &status) != 0) return 0;
  return static_cast<unsigned long>(status.f_type) & 0xffffffff;
}

}  // namespace

FileSystemKind file_system_kind(FileDescriptor file) noexcept {
  const unsigned long type = type_of(file);
  if (contains(memory_types, type)) return FileSystemKind::memory;
  return contains(disk_types, type) ? FileSystemKind::disk : FileSystemKind::other;
}

bool shows_processes(FileDescriptor file) noexcept {
  return type_of(file) == PROC_SUPER_MAGIC;
}

bool shows_the_kernel(FileDescriptor file) noexcept {
  return contains(kernel_types, type_of(file));
}

bool has_fine_times(FileDescriptor file) noexcept {
  static const bool kernel_has = kernel_has_fine_times();
  return kernel_has && contains(types_with_fine_times, type_of(file));
}

}  // namespace filer
