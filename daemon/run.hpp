#pragma once

#include "daemon/config/config.hpp"

namespace filer {

/// Serves until a signal ends it, or until the daemon had better begin anew. Returns the exit status of the
/// process; does not return where a file system hangs so that threads cannot be ended. Throws what Service
/// throws. Call it once, from the only thread.
[[nodiscard]] int run(const Config& config);

}  // namespace filer
