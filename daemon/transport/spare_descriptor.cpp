#include "daemon/transport/spare_descriptor.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <utility>

namespace filer {
namespace {

UniqueFileDescriptor open_spare() {
  return UniqueFileDescriptor(::open("/", O_PATH | O_CLOEXEC));
}

/// Accepts one that waits and ends it; false: none waits, or libzmq was faster with the descriptor.
bool turn_one_away(const Listener& listener) {
  return UniqueFileDescriptor(::accept4(listener.borrow().get(), nullptr, nullptr, SOCK_CLOEXEC)).is_open();
}

}  // namespace

SpareDescriptor::SpareDescriptor() : spare_(open_spare()) {}

bool SpareDescriptor::restore() {
  if (!spare_.is_open()) spare_ = open_spare();
  return spare_.is_open();
}

std::size_t SpareDescriptor::turn_away(const std::vector<Listener>& listeners) {
  std::size_t count = 0;
  { const UniqueFileDescriptor closed = std::move(spare_); }
  for (const Listener& listener : listeners) {
    while (turn_one_away(listener)) ++count;
  }
  (void)restore();
  return count;
}

}  // namespace filer
