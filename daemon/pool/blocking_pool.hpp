#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace filer {

/// Threads for work that may take long or block. Each customer's jobs are done in their order; customers take
/// turns, so that one with many jobs does not keep the others waiting. Any thread may submit.
class BlockingPool {
 public:
  using Job = std::function<void()>;  ///< must not throw
  using Customer = std::uint64_t;

  static constexpr std::size_t most_waiting = 4096;              ///< jobs, of all customers
  static constexpr std::size_t most_waiting_of_customer = 1024;  ///< jobs

  /// Threads come to life as they are needed, up to so many.
  explicit BlockingPool(std::size_t most_threads);

  /// Does what was submitted, then ends the threads.
  ~BlockingPool();

  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// False: too many jobs wait, or the host has no thread to do them, and this one was not taken.
  [[nodiscard]] bool submit(Customer customer, Job job);

 private:
  bool has_thread_for_one_more();  ///< with the mutex held
  void run();
  Job take();  ///< with the mutex held

  std::size_t most_threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<Customer, std::deque<Job>> waiting_;  ///< no queue is empty
  Customer last_served_ = 0;
  std::size_t count_ = 0;  ///< jobs that wait
  std::size_t idle_ = 0;   ///< threads that wait
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace filer
