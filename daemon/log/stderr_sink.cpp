#include "daemon/config/choices.hpp"
#include "daemon/log/log_sink.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace filer {
namespace {

class StderrSink : public LogSink {
 public:
  bool write(const LogEntry& entry) override {
    using std::chrono::milliseconds;
    const auto now = std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
    const std::string line = fmt::format(
        "{:%F %T}.{:03} {:<7} {}\n", fmt::localtime(std::chrono::system_clock::to_time_t(now)),
        now.time_since_epoch().count() % 1000, choice_name(log_levels, entry.level), entry.message);
    return write_all(line);
  }

 private:
  static bool write_all(std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::write(STDERR_FILENO, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
};

}  // namespace

std::unique_ptr<LogSink> make_stderr_sink() {
  return std::make_unique<StderrSink>();
}

}  // namespace filer
