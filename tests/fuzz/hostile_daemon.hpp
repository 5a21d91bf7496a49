#pragma once

#include "cli/connection.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace filer::fuzz {

/// What a client meets that is connected to nobody: hostile_daemon.cpp takes the place of cli/connection.cpp
/// in the program, so that no socket slows it down, and the place of cli/pause.cpp, so that no pause does.
class HostileDaemon {
 public:
  /// Says what the script tells, one reply after the other, whatever it is asked, and then all again. Replies
  /// end in a record separator (0x1e), frames in a unit separator (0x1f); a reply without bytes is none. In
  /// each,
  /// @N@ becomes another number every time, @OFFSET@ that of the request, @SHA256@ the digest of the last
  /// frame.
  void begin(std::string_view script);

  void take(std::uint64_t number, std::string_view request);

  /// Throws CommandError (unreachable) once it has said enough: no command goes on after that.
  [[nodiscard]] std::optional<Delivery> next();

  [[nodiscard]] bool is_silent() const noexcept { return said_.empty(); }

 private:
  std::vector<std::string> replies_;
  std::deque<Delivery> said_;
  std::uint64_t count_ = 0;
};

/// The one that all connections lead to.
[[nodiscard]] HostileDaemon& hostile_daemon();

}  // namespace filer::fuzz
