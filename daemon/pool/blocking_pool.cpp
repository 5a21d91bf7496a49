#include "daemon/pool/blocking_pool.hpp"

#include <pthread.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace filer {

BlockingPool::BlockingPool(std::size_t most_threads, std::size_t most_of_share)
    : most_threads_(most_threads), most_of_share_(most_of_share) {}

BlockingPool::~BlockingPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool BlockingPool::submit(Customer customer, Share share, Job job) {
  const std::lock_guard lock(mutex_);
  if (ending_ || count_ >= most_waiting || !has_thread_for_one_more()) return false;
  const auto [queue, is_new] = waiting_.try_emplace(Queue{customer, share});
  if (queue->second.size() >= most_waiting_of_customer) return false;
  queue->second.push_back(std::move(job));
  ++count_;
  changed_.notify_one();
  return true;
}

BlockingPool::Use BlockingPool::use() const {
  const std::lock_guard lock(mutex_);
  return {running_, count_};
}

bool BlockingPool::end(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  ending_ = true;
  changed_.notify_all();
  return changed_.wait_for(lock, time, [this] { return count_ == 0 && running_ == 0; });
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
  ::pthread_setname_np(::pthread_self(), "pool");
  std::unique_lock lock(mutex_);
  while (true) {
    auto queue = waiting_.end();
    ++idle_;
    changed_.wait(lock, [&] {
      queue = next_queue();
      return queue != waiting_.end() || (ending_ && count_ == 0);
    });
    --idle_;
    if (queue == waiting_.end()) return;
    const Share share = queue->first.share;
    Job job = take(queue);
    ++working_[share];
    ++running_;
    lock.unlock();
    job();
    job = nullptr;  // what it holds goes before the lock is held again
    lock.lock();
    --running_;
    if (--working_[share] == 0) working_.erase(share);
    // Whoever waits for a thread of this share, or for the end.
    if (count_ > 0 || ending_) changed_.notify_all();
  }
}

BlockingPool::Queues::iterator BlockingPool::next_queue() {
  const auto may_work = [this](const auto& entry) {
    const auto working = working_.find(entry.first.share);
    return working == working_.end() || working->second < most_of_share_;
  };
  const auto after_last = waiting_.upper_bound(last_served_);
  auto next = std::find_if(after_last, waiting_.end(), may_work);
  if (next != waiting_.end()) return next;
  next = std::find_if(waiting_.begin(), after_last, may_work);
  return next == after_last ? waiting_.end() : next;
}

BlockingPool::Job BlockingPool::take(Queues::iterator queue) {
  last_served_ = queue->first;
  Job job = std::move(queue->second.front());
  queue->second.pop_front();
  if (queue->second.empty()) waiting_.erase(queue);
  --count_;
  return job;
}

}  // namespace filer
