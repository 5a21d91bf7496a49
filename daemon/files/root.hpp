#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/config/config.hpp"
#include "daemon/files/access.hpp"
#include "daemon/files/file_system.hpp"
#include "daemon/files/openat2.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace filer {

/// One allowed directory, held open from start-up: what was opened stays the root, even if another directory
/// takes its name. Any thread may use it.
class Root {
 public:
  /// Throws std::system_error where the directory cannot be opened, or lies on procfs; the message begins
  /// with where it was configured.
  explicit Root(const RootConfig& config);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// From now on, what is opened is opened by the policy (follow_symlinks, hidden_files) of this
  /// configuration.
  void adopt(const RootConfig& config) noexcept;

  /// Where it lay when it was opened, without links; "" is the directory "/".
  [[nodiscard]] const std::string& real_path() const noexcept { return real_path_; }

  /// How many characters of an absolute path name this directory, by its configured or its real path, or npos
  /// if the path lies elsewhere. A guess about spelling, to select a root: what may be opened is the kernel's
  /// decision.
  [[nodiscard]] std::size_t matches(std::string_view absolute_path) const noexcept;

  /// Opens what `path` names, relative to this root. Throws std::system_error as open_beneath() does, and
  /// RequestError (not_found, access_denied) where the root's policy hides it, or where it lies on a file
  /// system that shows the kernel (procfs, sysfs) and the root itself does not. Under Access::cached, throws
  /// WouldBlock for what lies on another file system than the root itself, too.
  [[nodiscard]] UniqueFileDescriptor open(const std::string& path, OpenFor purpose, Access access) const;

  /// The flags of preadv2(2) with which to read what was opened under this access.
  [[nodiscard]] int read_flags(Access access) const noexcept;

  /// This file system has no reading of what is cached only: from now on, nothing is opened for that.
  void give_up_cached_reading() const noexcept { has_cached_reading_ = false; }

  /// Whether what `path` names can be opened without following a symbolic link.
  [[nodiscard]] bool leads_through_no_link(const std::string& path, Access access) const;

  /// Whether names that begin with a dot are served.
  [[nodiscard]] bool serves_hidden_files() const noexcept { return policy_.load().hidden_files; }

  /// Whether symbolic links that stay below it are followed.
  [[nodiscard]] bool follows_symlinks() const noexcept { return policy_.load().follow_symlinks; }

 private:
  struct Policy {
    bool follow_symlinks;
    bool hidden_files;
  };

  [[nodiscard]] UniqueFileDescriptor resolve(const std::string& path, OpenFor purpose, Access access,
                                             std::uint64_t extra_resolve) const;
  void refuse_hidden(FileDescriptor file) const;
  void refuse_kernel_files(FileDescriptor file) const;

  std::string name_;
  std::string path_;  ///< as configured, without slashes at its end
  std::atomic<Policy> policy_;
  UniqueFileDescriptor directory_;
  std::string real_path_;
  FileSystemKind file_system_ = FileSystemKind::other;
  std::uint64_t device_ = 0;  ///< that the directory itself lies on
  mutable std::atomic<bool> has_cached_reading_{true};
};

}  // namespace filer
