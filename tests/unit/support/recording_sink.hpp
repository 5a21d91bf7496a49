#pragma once

#include "daemon/log/log_sink.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace filer::test {

/// What a logger wrote so far; the test looks at it while the logger writes on. A logger's thread may outlive
/// the logger, hence the shared ownership.
class Recording {
 public:
  /// A sink that adds to this.
  [[nodiscard]] static std::unique_ptr<LogSink> make_sink(std::shared_ptr<Recording> recording);

  [[nodiscard]] std::vector<LogEntry> entries() const;
  [[nodiscard]] std::size_t size() const;

  /// How many entries have `text` in their message.
  [[nodiscard]] std::size_t count(std::string_view text) const;

  /// While it is shut, a write waits; a write that fails reports its entry as lost.
  void shut();
  void open();
  void fail_writes(bool fail);

  /// How many writes have failed.
  [[nodiscard]] std::size_t failures() const;

  /// Whether a write waits at the shut gate.
  [[nodiscard]] bool is_blocking() const;

 private:
  class Sink;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LogEntry> entries_;
  bool open_ = true;
  bool failing_ = false;
  std::size_t failures_ = 0;
  bool blocking_ = false;
};

/// The value of a field; empty where the entry has none of that name.
[[nodiscard]] std::string field(const LogEntry& entry, std::string_view name);

}  // namespace filer::test
