#include "cli/download/local_directory.hpp"

#include "base/escape.hpp"
#include "base/system_error.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace filer {
namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

}  // namespace

LocalDirectory::LocalDirectory(const std::string& path)
    : directory_(::open(path.c_str(), directory_flags)), path_(path) {
  if (!directory_.is_open()) throw_errno("open " + quote(path));
}

LocalDirectory LocalDirectory::enter(const std::string& name) const {
  UniqueFileDescriptor entered(::openat(directory_.get(), name.c_str(), directory_flags | O_NOFOLLOW));
  if (!entered.is_open()) throw_errno("open " + quote(path_of(name)));
  return {std::move(entered), path_of(name)};
}

void LocalDirectory::make(const std::string& name) const {
  constexpr mode_t all = 0777;  // the umask takes away what it may
  if (::mkdirat(directory_.get(), name.c_str(), all) != 0 && errno != EEXIST) {
    throw_errno("create " + quote(path_of(name)));
  }
}

std::string LocalDirectory::path_of(std::string_view name) const {
  if (path_ == ".") return std::string(name);
  return path_ + (path_.ends_with('/') ? "" : "/") + std::string(name);
}

void LocalDirectory::sync() const {
  if (::fsync(directory_.get()) != 0) throw_errno("write " + quote(path_));
}

void LocalDirectory::sync_all() const {
  if (::syncfs(directory_.get()) != 0) throw_errno("write " + quote(path_));
}

bool is_safe_name(std::string_view name) noexcept {
  constexpr std::string_view separators("/\0", 2);
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(separators) == std::string_view::npos;
}

}  // namespace filer
