#include "daemon/transport/slow_tasks.hpp"

#include "base/system_error.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

namespace filer {

using std::chrono::milliseconds;

SlowTasks::SlowTasks(const Handler& handler, BlockingPool& pool, const Limits& limits)
    : handler_(handler), pool_(pool), limits_(limits), event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_.is_open()) throw_errno("eventfd");
}

SlowTasks::~SlowTasks() {
  (void)close();
  std::unique_lock lock(mutex_);
  none_in_pool_.wait(lock, [this] { return in_pool_ == 0; });
}

bool SlowTasks::start(const std::shared_ptr<SlowTask>& slow) {
  const auto location = handler_.location_of(slow->request.task);
  const auto customer = static_cast<BlockingPool::Customer>(slow->request.envelope.connection);
  {
    const std::lock_guard lock(mutex_);
    ++in_pool_;
  }
  const bool taken = pool_.submit(customer, location ? location->root : nullptr, [this, slow] {
    if (!slow->is_given_up) slow->outcome = handler_.perform(slow->request.task, slow->supervision);
    finish(slow);
  });
  if (!taken) {
    const std::lock_guard lock(mutex_);
    --in_pool_;
    return false;
  }
  under_way_.insert(slow);
  next_look_ = std::min(next_look_, slow->supervision.last_step() + patience());
  return true;
}

void SlowTasks::finish(std::shared_ptr<SlowTask> slow) {
  const std::lock_guard lock(mutex_);
  if (is_closed_) {
    slow->outcome = {};
  } else {
    finished_.push_back(std::move(slow));
  }
  const std::uint64_t one = 1;
  // An eventfd takes eight bytes or nothing, and has room for these.
  if (::write(event_.get(), &one, sizeof one) != sizeof one) std::terminate();
  // The last that the pool does here: this may be gone as soon as the mutex is free.
  if (--in_pool_ == 0) none_in_pool_.notify_all();
}

std::vector<std::shared_ptr<SlowTask>> SlowTasks::take_finished() {
  std::vector<std::shared_ptr<SlowTask>> finished;
  {
    const std::lock_guard lock(mutex_);
    std::uint64_t count = 0;
    // Nothing to read: nothing is finished.
    if (::read(event_.get(), &count, sizeof count) != sizeof count) return {};
    finished.swap(finished_);
  }
  std::erase_if(finished, [this](const auto& slow) { return under_way_.erase(slow) == 0; });
  return finished;
}

std::vector<std::shared_ptr<SlowTask>> SlowTasks::take_overdue() {
  std::vector<std::shared_ptr<SlowTask>> overdue;
  const auto now = Clock::now();
  if (now < next_look_) return overdue;
  next_look_ = Clock::time_point::max();
  std::erase_if(under_way_, [&](const auto& slow) {
    const auto deadline = slow->supervision.last_step() + patience();
    const bool is_overdue = deadline <= now;
    if (is_overdue) {
      slow->is_given_up = true;
      slow->supervision.stop();
      overdue.push_back(slow);
    } else {
      next_look_ = std::min(next_look_, deadline);
    }
    return is_overdue;
  });
  return overdue;
}

void SlowTasks::stop() {
  for (const auto& slow : under_way_) slow->supervision.stop();
}

std::vector<std::shared_ptr<SlowTask>> SlowTasks::close() {
  std::vector<std::shared_ptr<SlowTask>> rest(under_way_.begin(), under_way_.end());
  under_way_.clear();
  for (const auto& slow : rest) slow->is_given_up = true;
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
  for (const auto& slow : finished_) slow->outcome = {};
  finished_.clear();
  return rest;
}

std::optional<milliseconds> SlowTasks::time_to_wait() const {
  if (under_way_.empty()) return std::nullopt;
  const auto left = std::chrono::ceil<milliseconds>(next_look_ - Clock::now());
  return std::max(left, milliseconds(0));
}

}  // namespace filer
