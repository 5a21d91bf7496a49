#define SD_JOURNAL_SUPPRESS_LOCATION
#include "daemon/log/log_sink.hpp"

#include <fmt/format.h>
#include <systemd/sd-journal.h>

namespace filer {
namespace {

class JournalSink : public LogSink {
 public:
  bool write(const LogEntry& entry) override {
    std::vector<std::string> assignments = {
        "MESSAGE=" + entry.message,
        fmt::format("PRIORITY={}", static_cast<int>(entry.level)),
    };
    if (!entry.message_id.empty()) assignments.push_back(fmt::format("MESSAGE_ID={}", entry.message_id));
    for (const auto& field : entry.fields)
      assignments.push_back(fmt::format("{}={}", field.name, field.value));
    std::vector<iovec> vectors;
    vectors.reserve(assignments.size());
    for (std::string& assignment : assignments) vectors.push_back({assignment.data(), assignment.size()});
    return ::sd_journal_sendv(vectors.data(), static_cast<int>(vectors.size())) == 0;
  }
};

}  // namespace

std::unique_ptr<LogSink> make_journal_sink() {
  return std::make_unique<JournalSink>();
}

}  // namespace filer
