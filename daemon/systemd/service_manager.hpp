#pragma once

#include <string>

/// What the service manager is told (sd_notify(3)). Without one, as in the foreground, all of it does
/// nothing.
namespace filer::service_manager {

/// Start-up is complete: requests are answered from now on.
void ready(const std::string& status);

/// The daemon has begun to stop.
void stopping();

}  // namespace filer::service_manager
