#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/transport/listener.hpp"

#include <cstddef>
#include <vector>

namespace filer {

/// A descriptor that is kept for the day on which the host has no other left. A connection that cannot be
/// accepted stays in its listening socket's queue, and libzmq tries again at once, for ever, with a processor
/// for itself; with this one, who waits there can be accepted and sent away. One thread.
class SpareDescriptor {
 public:
  SpareDescriptor();

  /// Ends the connections that wait in the listeners' queues, each of which the kernel had let in, and tells
  /// how many. Does nothing where it has no descriptor to do it with: while it works, another thread can be
  /// faster to take it.
  std::size_t turn_away(const std::vector<Listener>& listeners);

  /// Takes a descriptor again where it was lost; false: there is none.
  bool restore();

 private:
  UniqueFileDescriptor spare_;
};

}  // namespace filer
