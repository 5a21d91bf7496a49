#include "daemon/transport/mailbox.hpp"

#include "base/system_error.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <exception>
#include <utility>

namespace filer {

Mailbox::Mailbox() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_.is_open()) throw_errno("eventfd");
}

void Mailbox::put(std::shared_ptr<SlowTask> done) {
  const std::lock_guard lock(mutex_);
  done_.push_back(std::move(done));
  const std::uint64_t one = 1;
  // An eventfd takes eight bytes or nothing, and has room for these.
  if (::write(event_.get(), &one, sizeof one) != sizeof one) std::terminate();
}

std::vector<std::shared_ptr<SlowTask>> Mailbox::take() {
  const std::lock_guard lock(mutex_);
  std::uint64_t count = 0;
  // Nothing to read: nothing was put.
  if (::read(event_.get(), &count, sizeof count) != sizeof count) return {};
  return std::exchange(done_, {});
}

}  // namespace filer
