#pragma once

#include "daemon/handler/peer.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/statistics.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace filer {

/// Counts the messages of a shard that could not be answered, and tells the journal of them: of the first at
/// once, then once a second at most. One thread.
class DropReport {
 public:
  DropReport(Statistics& statistics, Logger& logger) : statistics_(statistics), logger_(logger) {}

  /// One more. `why` is a literal.
  void note(const Peer& peer, const char* why);

  /// Tells what has not been told, if it is time.
  void tell();

  /// In this time at most there is something to tell; nullopt: there is nothing.
  [[nodiscard]] std::optional<std::chrono::milliseconds> time_to_tell() const;

 private:
  Statistics& statistics_;
  Logger& logger_;
  std::uint64_t count_ = 0;
  Peer last_peer_;
  const char* last_reason_ = "";
  std::chrono::steady_clock::time_point next_;
};

}  // namespace filer
