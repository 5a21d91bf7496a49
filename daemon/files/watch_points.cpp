#include "daemon/files/watch_points.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>

namespace filer {
namespace {

constexpr std::array<unsigned long, 11> local_file_systems = {
    EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC,   BTRFS_SUPER_MAGIC, TMPFS_MAGIC, RAMFS_MAGIC, OVERLAYFS_SUPER_MAGIC,
    F2FS_SUPER_MAGIC, MSDOS_SUPER_MAGIC, SQUASHFS_MAGIC,
    0x2fc12fc1,  // ZFS
    0xca451a4e,  // bcachefs
};

}  // namespace

bool tells_changes(FileDescriptor file) noexcept {
  struct statfs status {};
  if (::fstatfs(file.get(), &status) != 0) return false;
  const auto type = static_cast<unsigned long>(status.f_type) & 0xffffffff;
  return std::find(local_file_systems.begin(), local_file_systems.end(), type) != local_file_systems.end();
}

SplitPath split_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const bool is_name_alone = slash == std::string::npos;
  SplitPath split{is_name_alone ? "." : path.substr(0, slash + 1),
                  path.substr(is_name_alone ? 0 : slash + 1)};
  if (split.name == "." || split.name == "..") split.name.clear();
  return split;
}

}  // namespace filer
