#pragma once

#include "daemon/config/config.hpp"
#include "daemon/files/file_content.hpp"
#include "daemon/files/file_digest.hpp"
#include "daemon/files/root.hpp"
#include "daemon/files/watch_points.hpp"
#include "protocol/reply.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace filer {

/// What a path of a request means: a root, and a path relative to it.
struct Location {
  const Root* root = nullptr;  ///< owned by the FileStore
  std::string path;            ///< relative; "." is the root itself

  friend bool operator<(const Location& a, const Location& b) {
    return std::tie(a.root, a.path) < std::tie(b.root, b.path);
  }
};

/// Which roots somebody may use, by name.
using RootFilter = std::function<bool(const std::string& root)>;

/// Everybody may use every root.
[[nodiscard]] inline bool any_root(const std::string&) noexcept {
  return true;
}

/// The allowed directories, and the only way to the file system. Any thread may use it. Under Access::cached,
/// all that reads throws WouldBlock where it cannot be done at once: for want of cached data, or because it
/// is much.
class FileStore {
 public:
  /// Opens every root. Throws SettingsError with each that cannot be opened as it is configured, and where
  /// the kernel has no openat2; std::system_error where the host cannot do it now (no descriptor, an I/O
  /// error).
  explicit FileStore(const std::vector<RootConfig>& roots);

  /// Changes the policies of its roots to those that these have; the roots themselves stay.
  void adopt(const std::vector<RootConfig>& roots) noexcept;

  /// A relative path is one below the root of that name, or below the default one; an absolute one is the
  /// host's own and selects the root it lies in, which must be that of the name where one is given. Roots
  /// that `may_use` refuses are as if they were not there: no answer tells their names. Throws RequestError:
  /// outside_root, unknown_root, and access_denied in place of it where not all roots may be used.
  [[nodiscard]] Location locate(const std::string& path, const std::optional<std::string>& root = {},
                                const RootFilter& may_use = any_root) const;

  /// The whole content of a regular file of at most `most_bytes`. Throws as read_whole_file(), and
  /// std::system_error.
  [[nodiscard]] Bytes read_whole(const Location& location, std::uint64_t most_bytes,
                                 Access access = Access::blocking) const;

  /// A range of a regular file. Throws as read_chunk(), and std::system_error.
  [[nodiscard]] Chunk read_chunk(const Location& location, const Range& range,
                                 const Preconditions& preconditions = {},
                                 Access access = Access::blocking) const;

  /// What a range of a regular file hashes to. Throws as digest_file(), and std::system_error.
  [[nodiscard]] Digests digest(const Location& location, const DigestRange& range,
                               Supervision& supervision) const;

  /// What a path is; symbolic links are followed. Throws std::system_error, RequestError as Root::open().
  [[nodiscard]] FileStatus status(const Location& location, Access access = Access::blocking) const;

  /// A page of a directory. Throws as read_page(), and std::system_error.
  [[nodiscard]] DirectoryPage list(const Location& location, const std::optional<std::string>& after,
                                   std::size_t most_entries) const;

  /// What to watch to notice changes of what a location leads to; under Access::cached only. Throws
  /// std::system_error, RequestError as Root::open().
  [[nodiscard]] WatchPoints watch_points(const Location& location) const;

  /// Of those that may be used.
  [[nodiscard]] std::vector<std::string> root_names(const RootFilter& may_use = any_root) const;

 private:
  [[nodiscard]] const Root& find(const std::string& name, const RootFilter& may_use) const;
  [[nodiscard]] Location locate_absolute(const std::string& path, const RootFilter& may_use) const;

  std::deque<Root> roots_;
};

}  // namespace filer
