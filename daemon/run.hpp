#pragma once

#include "daemon/access/access_loader.hpp"
#include "daemon/config/config.hpp"
#include "daemon/options.hpp"

namespace filer {

/// Serves until a signal ends it, or until the daemon had better begin anew. `loaded` is what load_config()
/// made of the options, by which it is loaded again when asked to, `security` what load_security() made of
/// it. Returns the exit status of the process; does not return where a file system hangs so that threads
/// cannot be ended. Throws what Service throws. Call it once, from the only thread.
[[nodiscard]] int run(const Options& options, Config loaded, Security security);

}  // namespace filer
