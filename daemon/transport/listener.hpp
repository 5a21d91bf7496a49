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

  /// Takes over a socket that somebody else holds too, and that listens already; its socket file stays at the
  /// end. Throws std::invalid_argument where it is not a listening stream socket, std::system_error.
  explicit Listener(UniqueFileDescriptor socket);

  Listener(Listener&& other) noexcept = default;
  Listener& operator=(Listener&&) = delete;

  /// Removes the ipc socket file, unless it is to stay.
  ~Listener();

  /// Somebody else holds the socket from now on, so that its socket file is to stay.
  void leave_socket_file() noexcept { ipc_path_.clear(); }

  /// Sees the socket that it holds, without a copy.
  [[nodiscard]] FileDescriptor borrow() const noexcept { return socket_.borrow(); }

  /// Another descriptor of the same listening socket, not blocking, for whoever will close it.
  [[nodiscard]] UniqueFileDescriptor duplicate() const;

  /// The address as it is, with the port that the kernel chose where the configuration left it open.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }

  /// Peers need an authorized key.
  void require_curve() noexcept { is_for_curve_ = true; }
  [[nodiscard]] bool is_for_curve() const noexcept { return is_for_curve_; }

 private:
  UniqueFileDescriptor socket_;
  std::string address_;
  bool is_for_curve_ = false;
  std::string ipc_path_;  ///< of a socket file that is this one's to remove
  ino_t ipc_inode_ = 0;   ///< of the socket file: another daemon's in its place is not ours to remove
};

}  // namespace filer
