#include "daemon/diagnosis/describe_file.hpp"

#include "base/escape.hpp"
#include "base/system_error.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <string_view>

namespace filer {
namespace {

std::string_view kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return "file";
    case S_IFDIR:
      return "directory";
    case S_IFIFO:
      return "FIFO";
    case S_IFSOCK:
      return "socket";
    default:
      return "device";
  }
}

std::string permissions_of(mode_t mode) {
  constexpr std::string_view letters = "rwxrwxrwx";
  std::string text;
  for (std::size_t index = 0; index < letters.size(); ++index) {
    const bool is_set = (mode & (0400U >> index)) != 0;
    text += is_set ? letters[index] : '-';
  }
  return text;
}

std::string user_name(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry != nullptr ? escape(entry->pw_name) : std::to_string(user);
}

std::string group_name(gid_t group) {
  const ::group* entry = ::getgrgid(group);
  return entry != nullptr ? escape(entry->gr_name) : std::to_string(group);
}

bool may(int access, const std::string& path) {
  return ::faccessat(AT_FDCWD, path.c_str(), access, AT_EACCESS) == 0;
}

}  // namespace

std::string describe_file(FileDescriptor file) {
  // The way to what an O_PATH descriptor stands for, for calls that take none.
  const std::string path = fmt::format("/proc/self/fd/{}", file.get());
  struct stat status {};
  if (::fstatat(file.get(), "", &status, AT_EMPTY_PATH) != 0) throw_errno("fstatat");
  std::string text = fmt::format("{}, {} {} {}", kind_of(status.st_mode), permissions_of(status.st_mode),
                                 user_name(status.st_uid), group_name(status.st_gid));
  if (::getxattr(path.c_str(), "system.posix_acl_access", nullptr, 0) > 0) text += ", with an ACL (getfacl)";
  if (S_ISDIR(status.st_mode)) {
    if (!may(X_OK, path)) text += "; this user may not enter it";
    if (!may(R_OK, path)) text += "; this user may not list it";
  } else if (!may(R_OK, path)) {
    text += "; this user may not read it";
  }
  if (S_ISREG(status.st_mode) && status.st_nlink > 1) {
    text += fmt::format("; it has {} names (hard links), perhaps some outside", status.st_nlink);
  }
  return text;
}

}  // namespace filer
