#pragma once

#include "daemon/config/config.hpp"
#include "daemon/log/log_entry.hpp"
#include "daemon/log/log_sink.hpp"
#include "daemon/log/request_record.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace filer {

/// Entries, of all kinds.
struct LogCounts {
  std::uint64_t waiting = 0;   ///< at this moment
  std::uint64_t dropped = 0;   ///< since the start: they came faster than they could be written
  std::uint64_t left_out = 0;  ///< since the start: more than the rates allow
};

/// Takes log entries from any thread and writes them on a thread of its own, so that a journal that stalls
/// stalls nobody else. What does not fit into the queue meanwhile is dropped, counted, and the count logged
/// as soon as entries can be written again. What one peer makes come faster than the configuration allows is
/// left out, counted, and the count logged at the end of the second.
class Logger {
 public:
  /// How many entries may wait. With paths cut to PATH_MAX they take at most some 20 MiB.
  static constexpr std::size_t most_waiting = 4096;

  Logger(const LogConfig& config, std::unique_ptr<LogSink> sink);

  /// See close().
  ~Logger();

  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  /// Writes what waits, for at most two seconds: a journal that does not read then loses it. Nothing can be
  /// logged afterwards.
  void close();

  /// What is wanted from now on. Any thread.
  void configure(const LogConfig& config);

  /// Never block; any thread. What the configuration does not want is ignored.
  void log(LogEntry entry);
  void log(RequestRecord record);

  [[nodiscard]] LogCounts counts() const;

  /// Whether its thread took a step since the last call, which asked it to, or waits for whoever reads the
  /// entries: that another process is not well is no reason to end this one, whose entries are dropped and
  /// counted meanwhile. The first time, it only asks. One thread.
  [[nodiscard]] bool is_alive();

 private:
  struct Queue;

  std::atomic<LogLevel> level_;
  std::atomic<LogRequests> requests_;
  std::shared_ptr<Queue>
      queue_;  ///< shared with the thread, which may outlive this in a write that never returns
};

}  // namespace filer
