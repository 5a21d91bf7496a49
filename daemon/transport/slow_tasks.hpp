#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/config/config.hpp"
#include "daemon/handler/handler.hpp"
#include "daemon/pool/blocking_pool.hpp"
#include "daemon/pool/supervision.hpp"
#include "daemon/transport/pending_request.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace filer {

/// A request that a thread of the pool works on.
struct SlowTask {
  explicit SlowTask(PendingRequest pending) : request(std::move(pending)) {}

  PendingRequest request;
  Outcome outcome;  ///< once it is done
  Supervision supervision;
  std::atomic<bool> is_given_up{false};  ///< nobody waits for it any more
};

/// The tasks of one shard that the pool does: handed out, taken back when they are done, given up when they
/// make no progress for too long. Used by the shard's thread, but for the work itself.
class SlowTasks {
 public:
  /// What it refers to must outlive it, and the pool's jobs; the limits may change between calls. Throws
  /// std::system_error.
  SlowTasks(const Handler& handler, BlockingPool& pool, const Limits& limits);

  /// Waits until the pool has let go of all of them, even of those that were given up. Where one hangs, the
  /// process must end without this: see BlockingPool::end().
  ~SlowTasks();
  SlowTasks(const SlowTasks&) = delete;
  SlowTasks& operator=(const SlowTasks&) = delete;

  /// False: the pool is full, and the task was not taken.
  [[nodiscard]] bool start(const std::shared_ptr<SlowTask>& slow);

  /// Those that are done.
  [[nodiscard]] std::vector<std::shared_ptr<SlowTask>> take_finished();

  /// Those that have made no progress for limits.deadline_ms. Whatever comes of them is thrown away.
  [[nodiscard]] std::vector<std::shared_ptr<SlowTask>> take_overdue();

  /// All shall end soon.
  void stop();

  /// Nothing is taken any more: gives up those that are under way, and throws away what comes of them.
  [[nodiscard]] std::vector<std::shared_ptr<SlowTask>> close();

  /// None is under way, but for those that were given up.
  [[nodiscard]] bool is_empty() const noexcept { return under_way_.empty(); }

  /// Readable while there is something finished to take.
  [[nodiscard]] FileDescriptor event() const noexcept { return event_.borrow(); }

  /// How long until take_overdue() has something to look at; nullopt: for ever.
  [[nodiscard]] std::optional<std::chrono::milliseconds> time_to_wait() const;

 private:
  using Clock = Supervision::Clock;

  void finish(std::shared_ptr<SlowTask> slow);
  [[nodiscard]] std::chrono::milliseconds patience() const {
    return std::chrono::milliseconds(limits_.deadline_ms);
  }

  const Handler& handler_;
  BlockingPool& pool_;
  const Limits& limits_;
  std::set<std::shared_ptr<SlowTask>> under_way_;
  Clock::time_point next_look_ = Clock::time_point::max();  ///< nothing is overdue earlier
  UniqueFileDescriptor event_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<SlowTask>> finished_;  ///< under the mutex
  std::size_t in_pool_ = 0;                          ///< under the mutex
  bool is_closed_ = false;                           ///< under the mutex
  std::condition_variable none_in_pool_;
};

}  // namespace filer
