#pragma once

#include "daemon/config/config.hpp"
#include "daemon/systemd/passed_sockets.hpp"
#include "daemon/transport/listener.hpp"

#include <string>
#include <vector>

namespace filer {

/// The listening sockets of a daemon. Those of a socket unit, where it passed any: they take the place of the
/// configured addresses, which then say only whether the same address is for CURVE. Otherwise one for each
/// configured address: the one that an earlier process of the service listened on, where the service manager
/// kept it, so that who connected meanwhile waits there; else a new one, for the service manager to keep.
/// What was kept of other addresses is closed; so is all that was kept where one cannot be opened, for nobody
/// would serve those who connect.
///
/// Throws SettingsError where a socket unit passed what is not to be served, std::system_error as Listener.
[[nodiscard]] std::vector<Listener> open_listeners(const Config& config, std::vector<PassedSocket> passed);

/// Opens the tcp addresses of the configuration and has the service manager keep them, so that
/// open_listeners() finds them: for a process that runs before the daemon of a service that may not make such
/// sockets itself. An address that is in use is left out, for it is so wherever the service manager has kept
/// it from before; so is one whose port is left open. Returns why others could not be opened, a line for
/// each. Throws std::runtime_error where there is no service manager.
[[nodiscard]] std::vector<std::string> open_tcp_for_service(const Config& config);

}  // namespace filer
