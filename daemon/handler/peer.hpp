#pragma once

#include <string>

namespace filer {

/// Who sent a request, as far as the transport knows.
struct Peer {
  std::string address;   ///< an IP address, or ipc:PID; "unknown": libzmq does not tell
  std::string user;      ///< of an ipc peer whose user is visible here: its uid; otherwise empty
  std::string key = {};  ///< the public CURVE key that it has proved to own; without CURVE empty
};

}  // namespace filer
