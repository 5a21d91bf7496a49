#pragma once

#include "base/file_descriptor.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace filer {

/// A directory of this host, held open: what is made in it is made there, whatever becomes of its path.
class LocalDirectory {
 public:
  /// The user's own words: symbolic links are followed. Throws std::system_error.
  explicit LocalDirectory(const std::string& path);

  /// A directory in this one, by a name of one component; a symbolic link is not followed. Throws
  /// std::system_error.
  [[nodiscard]] LocalDirectory enter(const std::string& name) const;

  /// Makes a directory in this one where there is none. Throws std::system_error.
  void make(const std::string& name) const;

  [[nodiscard]] FileDescriptor descriptor() const noexcept { return directory_.borrow(); }

  /// For messages.
  [[nodiscard]] std::string path_of(std::string_view name) const;

  /// Brings the names in it to disk. Throws std::system_error.
  void sync() const;

  /// Brings all of its file system to disk. Throws std::system_error.
  void sync_all() const;

 private:
  LocalDirectory(UniqueFileDescriptor directory, std::string path)
      : directory_(std::move(directory)), path_(std::move(path)) {}

  UniqueFileDescriptor directory_;
  std::string path_;
};

/// Whether a name from elsewhere is one that a file in a directory can have, and no way out of it.
[[nodiscard]] bool is_safe_name(std::string_view name) noexcept;

}  // namespace filer
