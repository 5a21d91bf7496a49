#pragma once

#include "base/file_descriptor.hpp"

#include <chrono>
#include <optional>
#include <string>

/// What the service manager is told (sd_notify(3)). Without one, as in the foreground, all of it does
/// nothing.
namespace filer::service_manager {

/// Whether this process was started by one.
[[nodiscard]] bool is_there();

/// Start-up is complete: requests are answered from now on.
void ready(const std::string& status);

/// The configuration is loaded again; ready() tells that this is over.
void reloading();

/// The daemon has begun to stop, which may take so long.
void stopping(std::chrono::microseconds time);

/// Keep this socket and pass it to the next process of this service, whatever becomes of this one. The name
/// is of ASCII without colons and control characters. A socket that is kept already is not kept twice.
/// False: nobody is there to keep it.
bool keep(FileDescriptor socket, const std::string& name);

/// Returns when all that was told so far has been taken note of, for whoever ends next; after five seconds at
/// most.
void wait_until_told();

/// Keep what has this name no longer. Returns when that is so, as wait_until_told() does.
void forget(const std::string& name);

/// The daemon works.
void alive();

/// What it does at this moment, in a line.
void tell(const std::string& status);

/// Start or stop may take so long from now on, whatever the service manager allows otherwise.
void extend_timeout(std::chrono::microseconds time);

/// How often at least the service manager wants to hear that; nullopt: it does not care.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace filer::service_manager
