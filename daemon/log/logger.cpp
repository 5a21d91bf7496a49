#include "daemon/log/logger.hpp"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace filer {
namespace {

using std::chrono::seconds;

constexpr seconds farewell_time{2};
constexpr seconds retry_time{1};

using Item = std::variant<LogEntry, RequestRecord>;

LogEntry dropped_entry(std::size_t count) {
  return {LogLevel::warning,
          message_id::entries_dropped,
          fmt::format("{} log entries were dropped: they came faster than they could be written", count),
          {{"FILER_DROPPED", fmt::format("{}", count)}}};
}

LogEntry as_entry(const Item& item) {
  const auto* record = std::get_if<RequestRecord>(&item);
  return record != nullptr ? make_entry(*record) : std::get<LogEntry>(item);
}

}  // namespace

struct Logger::Queue {
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Item> waiting;
  std::size_t dropped = 0;
  bool closing = false;
  bool closed = false;
  std::unique_ptr<LogSink> sink;  ///< used by the thread alone

  void push(Item item) {
    {
      const std::lock_guard lock(mutex);
      if (waiting.size() >= most_waiting) {
        ++dropped;
        return;
      }
      waiting.push_back(std::move(item));
    }
    changed.notify_all();
  }

  /// The thread: everything that waits is taken at once, so that those who log hardly ever meet it at the
  /// mutex.
  void run() {
    std::vector<Item> batch;
    std::unique_lock lock(mutex);
    while (true) {
      const auto something_to_do = [this] { return closing || !waiting.empty(); };
      if (dropped > 0) {
        changed.wait_for(lock, retry_time, something_to_do);
      } else {
        changed.wait(lock, something_to_do);
      }
      if (closing && waiting.empty() && dropped == 0) break;
      batch.swap(waiting);
      const std::size_t dropped_before = std::exchange(dropped, 0);
      lock.unlock();
      const std::size_t lost = write(batch, dropped_before);
      batch.clear();
      lock.lock();
      dropped += lost;
      if (closing && lost > 0 && waiting.empty()) {
        lock.unlock();
        (void)try_write([lost] { return dropped_entry(lost); });
        lock.lock();
        break;
      }
    }
    closed = true;
    changed.notify_all();
  }

  /// Returns how many entries are lost by now: `dropped_before`, unless that could be told, and those that
  /// failed.
  std::size_t write(const std::vector<Item>& batch, std::size_t dropped_before) const {
    std::size_t lost = 0;
    for (const Item& item : batch) {
      if (!try_write([&item] { return as_entry(item); })) ++lost;
    }
    if (dropped_before > 0 && !try_write([=] { return dropped_entry(dropped_before); }))
      lost += dropped_before;
    return lost;
  }

  /// An entry that finds no memory is lost like one that finds no journal.
  template <class MakeEntry>
  bool try_write(const MakeEntry& make) const {
    try {
      return sink->write(make());
    } catch (const std::bad_alloc&) {
      return false;
    }
  }
};

Logger::Logger(const LogConfig& config, std::unique_ptr<LogSink> sink)
    : config_(config), queue_(std::make_shared<Queue>()) {
  queue_->sink = std::move(sink);
  std::thread([queue = queue_] { queue->run(); }).detach();
}

Logger::~Logger() {
  close();
}

void Logger::close() {
  std::unique_lock lock(queue_->mutex);
  queue_->closing = true;
  queue_->changed.notify_all();
  queue_->changed.wait_for(lock, farewell_time, [this] { return queue_->closed; });
}

void Logger::log(LogEntry entry) {
  if (entry.level <= config_.load().level) queue_->push(std::move(entry));
}

void Logger::log(RequestRecord record) {
  const LogConfig config = config_;
  if (config.requests == LogRequests::none) return;
  if (config.requests == LogRequests::errors && !record.code) return;
  if (level_of(record) <= config.level) queue_->push(std::move(record));
}

}  // namespace filer
