#pragma once

#include "base/file_descriptor.hpp"

#include <string>

namespace filer {

/// What must be watched to notice that a path leads to something else, or that what it leads to changed.
struct WatchPoints {
  UniqueFileDescriptor itself;  ///< what the path leads to
  UniqueFileDescriptor parent;  ///< the directory that its last name is in; closed where it has none
  std::string name;             ///< its last name
  bool tell_all = false;        ///< nothing can change unnoticed, but for a directory further up being moved
};

/// A path's last name, and the path of the directory it is in; the name is empty where there is none to
/// watch ("..", "a/").
struct SplitPath {
  std::string directory;
  std::string name;
};

[[nodiscard]] SplitPath split_path(const std::string& path);

}  // namespace filer
