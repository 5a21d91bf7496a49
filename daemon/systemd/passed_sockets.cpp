#include "daemon/systemd/passed_sockets.hpp"

#include "base/system_error.hpp"

#include <systemd/sd-daemon.h>

#include <cstdlib>

namespace filer {

std::vector<PassedSocket> take_passed_sockets() {
  char** names = nullptr;
  constexpr int unset_environment = 1;
  const int count = ::sd_listen_fds_with_names(unset_environment, &names);
  if (count < 0) throw make_system_error(-count, "take the sockets that the service manager passed");
  std::vector<PassedSocket> sockets;
  for (int index = 0; index < count; ++index) {
    sockets.push_back({UniqueFileDescriptor(SD_LISTEN_FDS_START + index), names[index]});
    ::free(names[index]);
  }
  ::free(names);
  return sockets;
}

}  // namespace filer
