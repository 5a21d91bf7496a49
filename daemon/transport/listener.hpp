#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/config/config.hpp"

#include <sys/types.h>

#include <string>

namespace filer {

/// A listening socket of the daemon's own. libzmq only ever gets duplicates of it, so that several of its
/// sockets can serve one port, and so that it needs neither AF_NETLINK nor a name server to bind.
class Listener {
 public:
  /// Binds and listens; connections queue up from here on. Takes the place of an ipc socket file that nobody
  /// listens on any more. An ipc socket file can be connected to by the daemon's user and group (mode 0660).
  /// Throws std::system_error whose message begins with where the address was configured.
  explicit Listener(const BindConfig& bind);

  Listener(Listener&& other) noexcept = default;
  Listener& operator=(Listener&&) = delete;

  /// Removes the ipc socket file.
  ~Listener();

  /// Another descriptor of the same listening socket, not blocking, for whoever will close it.
  [[nodiscard]] UniqueFileDescriptor duplicate() const;

  /// The address as it is, with the port that the kernel chose where the configuration left it open.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }

 private:
  UniqueFileDescriptor socket_;
  std::string address_;
  std::string ipc_path_;
  ino_t ipc_inode_ = 0;  ///< of the socket file: another daemon's in its place is not ours to remove
};

}  // namespace filer
