#pragma once

#include "daemon/config/config.hpp"
#include "daemon/systemd/passed_sockets.hpp"
#include "daemon/transport/listener.hpp"

#include <vector>

namespace filer {

/// The listening sockets of a daemon. Those of a socket unit, where it passed any: they take the place of the
/// configured addresses, which then say only whether the same address is for CURVE. Otherwise one for each
/// configured address: the one that an earlier process of the service listened on, where the service manager
/// kept it, so that who connected meanwhile waits there; else a new one, for the service manager to keep.
/// What was kept of other addresses is closed.
///
/// Throws SettingsError where a socket unit passed what is not to be served, std::system_error as Listener.
[[nodiscard]] std::vector<Listener> open_listeners(const Config& config, std::vector<PassedSocket> passed);

}  // namespace filer
