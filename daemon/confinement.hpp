#pragma once

#include "daemon/config/config.hpp"

#include <string>

namespace filer {

/// Takes from this process, and from all threads that it will have, every way to the file system but these:
/// reading below the roots, reading the directory of the configuration file and that of the authorized keys,
/// making and removing sockets where the configuration wants some, and counting the processors (Landlock, see
/// landlock(7)). The kernel refuses the rest, whatever the process tries, and nothing gives it back: roots
/// that come later need another process. Call it while there is one thread, before files are served.
///
/// Returns why it could not be done; "": done. A root that cannot be opened is left out.
[[nodiscard]] std::string confine(const Config& config, const std::string& config_file);

}  // namespace filer
