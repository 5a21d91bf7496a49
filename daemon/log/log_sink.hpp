#pragma once

#include "daemon/log/log_entry.hpp"

#include <memory>

namespace filer {

/// Where log entries go. Two there are: the journal, and standard error.
class LogSink {
 public:
  LogSink() = default;
  LogSink(const LogSink&) = delete;
  LogSink& operator=(const LogSink&) = delete;
  virtual ~LogSink() = default;

  /// Writes one entry; may block for as long as its reader does. False: the entry is lost.
  virtual bool write(const LogEntry& entry) = 0;
};

/// Native, structured journal entries.
[[nodiscard]] std::unique_ptr<LogSink> make_journal_sink();

/// One line an entry: time, level, message.
[[nodiscard]] std::unique_ptr<LogSink> make_stderr_sink();

/// Whether systemd connected standard error to the journal.
[[nodiscard]] bool stderr_is_journal();

/// The journal where standard error is connected to it (systemd started this process), standard error
/// otherwise.
[[nodiscard]] std::unique_ptr<LogSink> make_log_sink();

}  // namespace filer
