#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>
#include <vector>

namespace filer {

/// Threads for work that may take long or block. Each customer's jobs are begun in their order; customers
/// take turns, so that one with many jobs does not keep the others waiting. Jobs that share what may hang (a
/// root) get their share of the threads, so that it does not take all of them. Any thread may submit.
class BlockingPool {
 public:
  using Job = std::function<void()>;  ///< must not throw
  using Customer = std::uint64_t;
  using Share = const void*;

  static constexpr std::size_t most_waiting = 4096;              ///< jobs, of all customers
  static constexpr std::size_t most_waiting_of_customer = 1024;  ///< jobs

  /// Threads come to life as they are needed, up to so many; at most `most_of_share` work for one share.
  BlockingPool(std::size_t most_threads, std::size_t most_of_share);

  /// Does what was submitted, then ends the threads. Waits for a job that hangs: see end().
  ~BlockingPool();

  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// False: too many jobs wait, or the host has no thread to do them, and this one was not taken.
  [[nodiscard]] bool submit(Customer customer, Share share, Job job);

  /// Jobs at this moment.
  struct Use {
    std::size_t working = 0;  ///< a thread is on them
    std::size_t waiting = 0;
  };
  [[nodiscard]] Use use() const;

  /// Takes no more jobs, and waits for at most `time` until all are done. False: some job hangs, and the
  /// process must end without this being destroyed.
  [[nodiscard]] bool end(std::chrono::milliseconds time);

 private:
  struct Queue {
    Customer customer;
    Share share;
    friend bool operator<(const Queue& a, const Queue& b) {
      return std::tie(a.customer, a.share) < std::tie(b.customer, b.share);
    }
  };
  using Queues = std::map<Queue, std::deque<Job>>;

  bool has_thread_for_one_more();  ///< with the mutex held
  void run();

  // With the mutex held:
  Queues::iterator next_queue();
  Job take(Queues::iterator queue);

  std::size_t most_threads_;
  std::size_t most_of_share_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Queues waiting_;                        ///< no queue is empty
  std::map<Share, std::size_t> working_;  ///< threads, by what they work for
  Queue last_served_{};
  std::size_t count_ = 0;    ///< jobs that wait
  std::size_t idle_ = 0;     ///< threads that wait
  std::size_t running_ = 0;  ///< jobs that are worked on
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace filer
