#include "tests/unit/support/recording_sink.hpp"

#include <algorithm>
#include <utility>

namespace filer::test {

class Recording::Sink : public LogSink {
 public:
  explicit Sink(std::shared_ptr<Recording> recording) : recording_(std::move(recording)) {}

  bool write(const LogEntry& entry) override {
    Recording& recording = *recording_;
    std::unique_lock lock(recording.mutex_);
    recording.blocking_ = !recording.open_;
    recording.changed_.wait(lock, [&] { return recording.open_; });
    recording.blocking_ = false;
    if (recording.failing_) {
      ++recording.failures_;
      return false;
    }
    recording.entries_.push_back(entry);
    return true;
  }

 private:
  std::shared_ptr<Recording> recording_;
};

std::unique_ptr<LogSink> Recording::make_sink(std::shared_ptr<Recording> recording) {
  return std::make_unique<Sink>(std::move(recording));
}

std::vector<LogEntry> Recording::entries() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

std::size_t Recording::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

std::size_t Recording::count(std::string_view text) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(entries_.begin(), entries_.end(),
                    [text](const LogEntry& entry) { return entry.message.find(text) != std::string::npos; }));
}

void Recording::shut() {
  const std::lock_guard lock(mutex_);
  open_ = false;
}

void Recording::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

void Recording::fail_writes(bool fail) {
  const std::lock_guard lock(mutex_);
  failing_ = fail;
}

std::size_t Recording::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

bool Recording::is_blocking() const {
  const std::lock_guard lock(mutex_);
  return blocking_;
}

std::string field(const LogEntry& entry, std::string_view name) {
  for (const LogEntry::Field& candidate : entry.fields) {
    if (candidate.name == name) return candidate.value;
  }
  return {};
}

}  // namespace filer::test
