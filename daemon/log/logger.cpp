#include "daemon/log/logger.hpp"

#include "daemon/health/pulse.hpp"
#include "daemon/log/log_writer.hpp"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace filer {
namespace {

using Clock = RateLimit::Clock;

constexpr std::chrono::seconds farewell_time{2};

}  // namespace

struct Logger::Queue {
  explicit Queue(std::unique_ptr<LogSink> sink) : writer(std::move(sink), pulse) {}

  Pulse pulse;
  LogWriter writer;  ///< used by the thread alone
  std::mutex mutex;
  std::condition_variable changed;
  // Under the mutex:
  std::vector<LogItem> waiting;
  LogRates rates;
  std::uint64_t dropped = 0;         ///< that the writer does not know of yet
  std::uint64_t dropped_in_all = 0;  ///< since the start
  bool is_nudged = false;
  bool closing = false;
  bool closed = false;

  void push(LogItem item) {
    {
      const std::lock_guard lock(mutex);
      if (waiting.size() >= most_waiting) {
        ++dropped;
        ++dropped_in_all;
        return;
      }
      waiting.push_back(std::move(item));
    }
    changed.notify_all();
  }

  /// The thread: everything that waits is taken at once, so that those who log hardly ever meet it at the
  /// mutex.
  void run() {
    ::pthread_setname_np(::pthread_self(), "log");
    std::vector<LogItem> batch;
    std::unique_lock lock(mutex);
    while (!(closing && waiting.empty() && dropped == 0)) {
      wait(lock);
      batch.swap(waiting);
      writer.set_rates(rates);
      writer.count_dropped(std::exchange(dropped, 0));
      lock.unlock();
      for (const LogItem& item : batch) writer.write(item);
      writer.report(Clock::now());
      batch.clear();
      pulse.beat();
      lock.lock();
    }
    lock.unlock();
    writer.report(LogWriter::end_of_time);
    lock.lock();
    closed = true;
    changed.notify_all();
  }

  void wait(std::unique_lock<std::mutex>& lock) {
    const auto something_to_do = [this] { return closing || is_nudged || !waiting.empty(); };
    if (const auto time = writer.next_report()) {
      changed.wait_until(lock, *time, something_to_do);
    } else {
      changed.wait(lock, something_to_do);
    }
    is_nudged = false;
  }
};

Logger::Logger(const LogConfig& config, std::unique_ptr<LogSink> sink)
    : level_(config.level), requests_(config.requests), queue_(std::make_shared<Queue>(std::move(sink))) {
  configure(config);
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

void Logger::configure(const LogConfig& config) {
  level_ = config.level;
  requests_ = config.requests;
  const std::lock_guard lock(queue_->mutex);
  queue_->rates = {config.rate, config.rate_of_all};
}

void Logger::log(LogEntry entry) {
  if (entry.level <= level_) queue_->push({Clock::now(), std::move(entry)});
}

void Logger::log(RequestRecord record) {
  const LogRequests wanted = requests_;
  if (wanted == LogRequests::none) return;
  if (wanted == LogRequests::errors && !record.code) return;
  if (level_of(record) <= level_) queue_->push({Clock::now(), std::move(record)});
}

LogCounts Logger::counts() const {
  const std::lock_guard lock(queue_->mutex);
  return {queue_->waiting.size(), queue_->dropped_in_all + queue_->writer.lost(), queue_->writer.left_out()};
}

bool Logger::is_alive() {
  const bool alive = queue_->pulse.is_felt();
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->is_nudged = true;
  }
  queue_->changed.notify_all();
  return alive;
}

}  // namespace filer
