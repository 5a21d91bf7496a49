#include "daemon/log/log_sink.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

namespace filer {

// systemd.exec(5): JOURNAL_STREAM holds device and inode of the journal stream that systemd connected, so
// that a program can tell whether its own standard error still is it.
bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
  return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

std::unique_ptr<LogSink> make_log_sink() {
  return stderr_is_journal() ? make_journal_sink() : make_stderr_sink();
}

}  // namespace filer
