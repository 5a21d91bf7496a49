#pragma once

#include "daemon/handler/peer.hpp"
#include "daemon/log/log_entry.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace filer {

/// Handshakes that were refused, told to the journal once a second for each address at most: the first at
/// once, then how many there were. One thread.
class Refusals {
 public:
  using Clock = std::chrono::steady_clock;

  /// Addresses that are told apart at a time; what comes from others is counted together.
  static constexpr std::size_t most_addresses = 256;

  /// `peer` with its key was refused.
  void add(const Peer& peer, Clock::time_point now);

  /// What is to be told now.
  [[nodiscard]] std::vector<LogEntry> take_due(Clock::time_point now);

  /// When there is something to tell, or to forget; nullopt: never.
  [[nodiscard]] std::optional<Clock::time_point> next() const;

 private:
  struct Refused {
    Peer last;
    std::uint64_t count = 0;  ///< that were not told yet
    Clock::time_point next;   ///< when they may be told
  };

  std::map<std::string, Refused, std::less<>> by_address_;
};

}  // namespace filer
