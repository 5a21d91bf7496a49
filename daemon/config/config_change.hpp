#pragma once

#include "daemon/config/config.hpp"

#include <string>
#include <vector>

namespace filer {

/// What becomes of a configuration that is loaded while another one is in force.
struct ConfigChange {
  Config config;                           ///< to be in force: what was loaded, but for what takes a restart
  std::vector<std::string> needs_restart;  ///< what stays as it was until then, a line each
};

/// Addresses, the daemon's own key and shards stay, for they belong to sockets and threads; so do the
/// directories of the roots and of the authorized keys, for a process that has confined itself cannot be let
/// out (Landlock), and limits that libzmq or the pool were made with. Everything else can change.
[[nodiscard]] ConfigChange change_config(const Config& in_force, Config loaded);

}  // namespace filer
