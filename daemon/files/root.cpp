#include "daemon/files/root.hpp"

#include "base/escape.hpp"
#include "base/system_error.hpp"
#include "daemon/files/file_state.hpp"
#include "protocol/error_code.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <iterator>
#include <system_error>

namespace filer {
namespace {

/// Where a descriptor's file lies now, in this process's view.
std::string real_path_of(FileDescriptor file) {
  std::string path(PATH_MAX, '\0');
  const std::string link = fmt::format("/proc/self/fd/{}", file.get());
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  if (length < 0) throw_errno("readlink " + link);
  path.resize(static_cast<std::size_t>(length));
  return path;
}

bool has_hidden_component(std::string_view path) {
  while (!path.empty()) {
    const std::string_view component = path.substr(0, path.find('/'));
    if (component.starts_with('.') && component != "." && component != "..") return true;
    path.remove_prefix(std::min(component.size() + 1, path.size()));
  }
  return false;
}

std::string without_trailing_slashes(std::string path) {
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path;
}

/// The length of `directory` if `path` is it or lies below it, by spelling; "" is the directory "/".
std::size_t prefix_length(std::string_view path, std::string_view directory) {
  if (!path.starts_with(directory)) return std::string_view::npos;
  const bool whole_component = path.size() == directory.size() || path[directory.size()] == '/';
  return whole_component ? directory.size() : std::string_view::npos;
}

/// What else may keep the service from a directory than the directory's own mode; "": nothing known.
std::string_view hint_for(std::string_view path, int error_number) {
  constexpr std::string_view homes[] = {"/home", "/root", "/run/user"};
  const bool is_below_home = std::any_of(std::begin(homes), std::end(homes), [path](std::string_view home) {
    return prefix_length(path, home) != std::string_view::npos;
  });
  if (error_number != EACCES || !is_below_home) return "";
  return ": the service's unit shows no home directories, unless a drop-in (systemctl edit zmq-filerd) says "
         "ProtectHome=read-only in its section [Service]";
}

}  // namespace

Root::Root(const RootConfig& config)
    : name_(config.name),
      path_(without_trailing_slashes(config.path)),
      policy_({config.follow_symlinks, config.hidden_files}),
      directory_(::open(config.path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)) {
  if (!directory_.is_open()) {
    const int error_number = errno;
    throw make_system_error(
        error_number, fmt::format("{}: root {}: {}{}", config.where, quote(config.name), quote(config.path),
                                  hint_for(config.path, error_number)));
  }
  if (::faccessat(directory_.get(), ".", X_OK, AT_EACCESS) != 0) {
    throw_errno(
        fmt::format("{}: root {}: {}: this user may not enter it; give it a group or an ACL, such as "
                    "'setfacl -m u:zmq-filer:rX'",
                    config.where, quote(config.name), quote(config.path)));
  }
  if (shows_processes(directory_.borrow())) {
    throw make_system_error(EPERM, fmt::format("{}: root {}: {}: lies on procfs, which is never served",
                                               config.where, quote(config.name), quote(config.path)));
  }
  real_path_ = without_trailing_slashes(real_path_of(directory_.borrow()));
  file_system_ = file_system_kind(directory_.borrow());
  device_ = state_of(directory_.borrow()).device;
}

std::size_t Root::matches(std::string_view absolute_path) const noexcept {
  const std::size_t configured = prefix_length(absolute_path, path_);
  return configured != std::string_view::npos ? configured : prefix_length(absolute_path, real_path_);
}

void Root::adopt(const RootConfig& config) noexcept {
  policy_ = Policy{config.follow_symlinks, config.hidden_files};
}

UniqueFileDescriptor Root::open(const std::string& path, OpenFor purpose, Access access) const {
  const Policy policy = policy_;
  if (!policy.hidden_files && has_hidden_component(path)) {
    throw RequestError(ErrorCode::not_found, "no such file or directory");
  }
  try {
    UniqueFileDescriptor file =
        resolve(path, purpose, access, policy.follow_symlinks ? 0 : RESOLVE_NO_SYMLINKS);
    if (!policy.hidden_files) refuse_hidden(file.borrow());
    if (access == Access::blocking) refuse_kernel_files(file.borrow());
    return file;
  } catch (const std::system_error& error) {
    if (error.code().value() == ELOOP && !policy.follow_symlinks) {
      throw RequestError(ErrorCode::access_denied, "a symbolic link, and this root follows none");
    }
    throw;
  }
}

UniqueFileDescriptor Root::resolve(const std::string& path, OpenFor purpose, Access access,
                                   std::uint64_t extra_resolve) const {
  if (access == Access::blocking) return open_beneath(directory_.borrow(), path, purpose, extra_resolve);
  const bool readable = purpose != OpenFor::reading || has_cached_reading_;
  if (file_system_ == FileSystemKind::other || !readable) throw WouldBlock();
  return open_cached_beneath(directory_.borrow(), path, purpose, extra_resolve);
}

int Root::read_flags(Access access) const noexcept {
  return access == Access::cached && file_system_ != FileSystemKind::memory ? RWF_NOWAIT : 0;
}

bool Root::leads_through_no_link(const std::string& path, Access access) const {
  try {
    (void)resolve(path, OpenFor::status, access, RESOLVE_NO_SYMLINKS);
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

/// A root such as "/" has procfs below it, and there the memory of the daemon itself. What is on the root's
/// own file system, as is all that is opened under Access::cached, needs no look.
void Root::refuse_kernel_files(FileDescriptor file) const {
  if (state_of(file).device == device_ || !shows_the_kernel(file)) return;
  throw RequestError(ErrorCode::access_denied, "on a file system of the kernel's own, such as /proc or /sys");
}

void Root::refuse_hidden(FileDescriptor file) const {
  const std::string root = without_trailing_slashes(real_path_of(directory_.borrow()));
  const std::string path = real_path_of(file);
  const std::size_t prefix = prefix_length(path, root);
  if (prefix == std::string::npos || has_hidden_component(std::string_view(path).substr(prefix))) {
    throw RequestError(ErrorCode::not_found, "no such file or directory");
  }
}

}  // namespace filer
