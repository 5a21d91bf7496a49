#pragma once

#include <string>
#include <string_view>

namespace filer {

/// The user of ipc clients of whom the kernel does not tell more: those outside of the daemon's user
/// namespace.
inline constexpr std::string_view unknown_uid = "65534";

/// A user's number in decimal digits; empty: there is no such user, as far as this process can see. What was
/// found once is known for good: a process that has confined itself cannot look users up any more, and a
/// reload names those of the start again. The main thread.
[[nodiscard]] std::string uid_of(const std::string& user);

/// Which users this process sees (/proc/PID/uid_map in user_namespaces(7)), as it was at the first call: once
/// it has confined itself, it cannot look any more. Empty: that could not be read.
[[nodiscard]] const std::string& uid_map();

/// Whether clients of this user are seen as such, and not as unknown_uid, with that map. A map that is empty
/// is no reason to say no.
[[nodiscard]] bool is_visible(std::string_view uid, const std::string& map);

}  // namespace filer
