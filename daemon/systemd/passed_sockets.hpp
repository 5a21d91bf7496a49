#pragma once

#include "base/file_descriptor.hpp"

#include <string>
#include <vector>

namespace filer {

/// A socket that the service manager passed at start: from its file descriptor store, where an earlier
/// process of this service left it, or of a socket unit.
struct PassedSocket {
  UniqueFileDescriptor descriptor;
  std::string name;  ///< under which it was stored, or of the socket unit
};

/// All that were passed (sd_listen_fds_with_names(3)); nothing the second time. Changes the environment: only
/// while there is one thread.
[[nodiscard]] std::vector<PassedSocket> take_passed_sockets();

}  // namespace filer
