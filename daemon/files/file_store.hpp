#pragma once

#include "daemon/config/config.hpp"
#include "daemon/files/root.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// What a path of a request means: a root, and a path relative to it.
struct Location {
  const Root* root = nullptr;  ///< owned by the FileStore
  std::string path;            ///< relative; "." is the root itself
};

/// The allowed directories, and the only way to the file system. Immutable after construction: any thread may
/// use it.
class FileStore {
 public:
  /// Opens every root. Throws SettingsError with each that cannot be opened, and where the kernel has no
  /// openat2.
  explicit FileStore(const std::vector<RootConfig>& roots);

  /// A relative path is one below the default root; an absolute one is the host's own and selects the root it
  /// lies in. Throws RequestError: outside_root, unknown_root.
  [[nodiscard]] Location locate(std::string_view path) const;

  /// The whole content of a regular file of at most `most_bytes`, as it was at one moment as far as size,
  /// mtime and ctime can tell. Throws RequestError (not_a_file, too_large, changed) and std::system_error.
  [[nodiscard]] std::string read_whole(const Location& location, std::uint64_t most_bytes) const;

  [[nodiscard]] std::vector<std::string> root_names() const;

 private:
  std::vector<Root> roots_;
};

}  // namespace filer
