#include "daemon/files/file_state.hpp"

#include "base/system_error.hpp"

#include <fcntl.h>
#include <fmt/compile.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

namespace filer {
namespace {

constexpr unsigned wanted = STATX_BASIC_STATS | STATX_BTIME;

FileType type_of(mode_t mode) noexcept {
  if (S_ISREG(mode)) return FileType::file;
  if (S_ISDIR(mode)) return FileType::directory;
  if (S_ISLNK(mode)) return FileType::symlink;
  return FileType::other;
}

FileState::Time time_of(const statx_timestamp& time) noexcept {
  return {time.tv_sec, time.tv_nsec};
}

FileState state_from(const struct statx& status) noexcept {
  constexpr unsigned minor_bits = 32;
  FileState state;
  state.type = type_of(status.stx_mode);
  state.mode = status.stx_mode & 07777U;
  state.size = status.stx_size;
  state.device = std::uint64_t{status.stx_dev_major} << minor_bits | status.stx_dev_minor;
  state.inode = status.stx_ino;
  state.mtime = time_of(status.stx_mtime);
  state.ctime = time_of(status.stx_ctime);
  if ((status.stx_mask & STATX_BTIME) != 0) state.btime = time_of(status.stx_btime);
  return state;
}

}  // namespace

FileState state_of(FileDescriptor file) {
  struct statx status {};
  if (::statx(file.get(), "", AT_EMPTY_PATH, wanted, &status) != 0) throw_errno("statx");
  return state_from(status);
}

std::optional<FileState> state_of_entry(FileDescriptor directory, const char* name) {
  struct statx status {};
  if (::statx(directory.get(), name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, wanted, &status) == 0) {
    return state_from(status);
  }
  if (errno == ENOENT) return std::nullopt;
  throw_errno("statx");
}

std::string etag_of(const FileState& state) {
  return fmt::format(FMT_COMPILE("{:x}-{:x}-{:x}-{:x}.{:x}-{:x}.{:x}"), state.device, state.inode, state.size,
                     state.mtime.seconds, state.mtime.nanoseconds, state.ctime.seconds,
                     state.ctime.nanoseconds);
}

bool same_state(const FileState& a, const FileState& b) noexcept {
  return a.device == b.device && a.inode == b.inode && a.size == b.size && a.mtime == b.mtime &&
         a.ctime == b.ctime;
}

std::string id_of(const FileState& state) {
  return fmt::format(FMT_COMPILE("{:x}-{:x}-{:x}.{:x}"), state.device, state.inode, state.btime.seconds,
                     state.btime.nanoseconds);
}

std::int64_t mtime_of(const FileState& state) noexcept {
  constexpr std::int64_t per_second = 1000;
  constexpr std::uint32_t nanoseconds_per = 1000000;
  return state.mtime.seconds * per_second + state.mtime.nanoseconds / nanoseconds_per;
}

}  // namespace filer
