#pragma once

#include "daemon/files/root.hpp"

#include <string>
#include <vector>

namespace filer {

/// What the kernel meets as it resolves a path below a root, as this process's user: a line for each step,
/// with what stands in the way there, up to the end of the path or to the step that leads no further. It
/// looks at the host by itself, one step after the other, for a person to read: what is served, only
/// FileStore says. Throws std::system_error where the root's own path leads nowhere any more.
[[nodiscard]] std::vector<std::string> walk_path(const Root& root, const std::string& path);

}  // namespace filer
