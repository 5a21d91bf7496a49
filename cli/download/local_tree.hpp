#pragma once

#include "cli/download/local_directory.hpp"

#include <map>
#include <memory>
#include <string>

namespace filer {

/// A directory of this host and those below it, reached name by name and never through a symbolic link: what
/// is made in it stays in it. Paths are relative to it; "" is itself.
class LocalTree {
 public:
  /// Made where there is none. Throws std::system_error.
  explicit LocalTree(const std::string& path);

  /// Throws std::system_error.
  [[nodiscard]] std::shared_ptr<const LocalDirectory> open(const std::string& below);

  /// Makes a directory in one that is there. Throws std::system_error.
  void make(const std::string& below);

  [[nodiscard]] std::string path_of(std::string_view below) const { return root_->path_of(below); }

  /// Brings all to disk. Throws std::system_error.
  void sync() const { root_->sync_all(); }

 private:
  std::shared_ptr<const LocalDirectory> root_;
  std::map<std::string, std::shared_ptr<const LocalDirectory>> open_;  ///< the last ones
};

/// "a/b" and "c" of "a/b/c"; "" and "c" of "c".
struct SplitPath {
  std::string directory;
  std::string name;
};
[[nodiscard]] SplitPath split_path(const std::string& path);

}  // namespace filer
