#include "daemon/pool/blocking_pool.hpp"

#include <system_error>
#include <utility>

namespace filer {

BlockingPool::BlockingPool(std::size_t most_threads) : most_threads_(most_threads) {}

BlockingPool::~BlockingPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool BlockingPool::submit(Customer customer, Job job) {
  const std::lock_guard lock(mutex_);
  if (count_ >= most_waiting || !has_thread_for_one_more()) return false;
  auto& queue = waiting_[customer];
  if (queue.size() >= most_waiting_of_customer) return false;
  queue.push_back(std::move(job));
  ++count_;
  wake_.notify_one();
  return true;
}

bool BlockingPool::has_thread_for_one_more() {
  if (idle_ > count_ || threads_.size() >= most_threads_) return true;
  try {
    threads_.emplace_back([this] { run(); });
  } catch (const std::system_error&) {
    // The host has no more: those that there are do the work.
  }
  return !threads_.empty();
}

void BlockingPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    wake_.wait(lock, [this] { return ending_ || count_ > 0; });
    --idle_;
    if (count_ == 0) return;
    Job job = take();
    lock.unlock();
    job();
    job = nullptr;  // what it holds goes before the lock is held again
    lock.lock();
  }
}

BlockingPool::Job BlockingPool::take() {
  auto next = waiting_.upper_bound(last_served_);
  if (next == waiting_.end()) next = waiting_.begin();
  last_served_ = next->first;
  Job job = std::move(next->second.front());
  next->second.pop_front();
  if (next->second.empty()) waiting_.erase(next);
  --count_;
  return job;
}

}  // namespace filer
