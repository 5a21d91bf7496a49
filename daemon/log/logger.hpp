#pragma once

#include "daemon/config/config.hpp"
#include "daemon/log/log_entry.hpp"
#include "daemon/log/log_sink.hpp"
#include "daemon/log/request_record.hpp"

#include <atomic>
#include <cstddef>
#include <memory>

namespace filer {

/// Takes log entries from any thread and writes them on a thread of its own, so that a journal that stalls
/// stalls nobody else. What does not fit into the queue meanwhile is dropped, counted, and the count logged
/// as soon as entries can be written again.
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

  /// What is logged from now on is chosen by another configuration. Any thread.
  void configure(const LogConfig& config) noexcept { config_ = config; }

  /// Never block; any thread. What the configuration does not want is ignored.
  void log(LogEntry entry);
  void log(RequestRecord record);

 private:
  struct Queue;

  std::atomic<LogConfig> config_;
  std::shared_ptr<Queue>
      queue_;  ///< shared with the thread, which may outlive this in a write that never returns
};

}  // namespace filer
