#pragma once

#include "daemon/config/config.hpp"

#include <string>
#include <vector>

namespace filer {

/// What can be told of the roots that only a restart brings. Each line names the setting, the root and its
/// path.
struct NewRoots {
  std::vector<std::string> missing;    ///< a restart would fail
  std::vector<std::string> uncertain;  ///< they cannot be looked at: a restart may fail
};

/// Looks for the directories of `loaded` that `in_force` does not have. A confined process can open none that
/// it had not opened before, but it can tell whether there is one. Returns within a second, for the caller
/// feeds the watchdog: who looks is a thread of its own, and stays with a file system that does not answer.
/// Throws std::system_error where no thread can be had.
[[nodiscard]] NewRoots look_at_new_roots(const Config& in_force, const Config& loaded);

}  // namespace filer
