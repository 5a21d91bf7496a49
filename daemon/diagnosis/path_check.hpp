#pragma once

#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"

#include <string>
#include <vector>

namespace filer {

/// Whether a client gets what a path of its request leads to, and why.
struct PathVerdict {
  bool is_served = false;
  std::vector<std::string> lines;  ///< for a person; the last one is the verdict
};

/// Asks the file store for what `path` names, as a request does; the reasons that stand before its answer are
/// found beside it. All as this process's user. `files` must have the roots of the configuration.
[[nodiscard]] PathVerdict check_path(const Config& config, const FileStore& files, const std::string& path);

}  // namespace filer
