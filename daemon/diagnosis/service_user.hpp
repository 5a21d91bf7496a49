#pragma once

#include <string>

namespace filer {

/// The user that the packaged service runs as.
inline constexpr const char* service_user = "zmq-filer";

/// Makes this process that user's, with its groups, where it is root's and there is such a user; it stays so.
/// Returns a line that says whose it is now, and what that means for a check. Throws std::system_error. Call
/// it while there is one thread.
[[nodiscard]] std::string become_user(const std::string& name);

}  // namespace filer
