#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

namespace filer {

/// An address to listen on, parsed from ZeroMQ's notation. Names are not resolved: what a daemon listens on
/// must not depend on whether a name server answers at boot.
struct Address {
  sockaddr_storage socket_address{};
  socklen_t length = 0;
  std::string ipc_path;  ///< the socket file of an ipc address; empty for tcp and for abstract ipc names

  [[nodiscard]] int family() const noexcept { return socket_address.ss_family; }
  [[nodiscard]] const sockaddr* get() const noexcept {
    return reinterpret_cast<const sockaddr*>(&socket_address);
  }

  /// Whether only processes of this host can connect: ipc, 127.0.0.0/8, ::1.
  [[nodiscard]] bool is_local() const noexcept;

  /// Whether it is a tcp address with a port of its own, not one that the kernel chooses.
  [[nodiscard]] bool has_port() const noexcept;

  /// Whether they are the same, or one of them is every address with the same port: who listens on the one
  /// cannot listen on the other.
  [[nodiscard]] bool excludes(const Address& other) const noexcept;
};

/// Parses tcp://ADDRESS:PORT (ADDRESS: IPv4, [IPv6], * for every IPv4 address, localhost for 127.0.0.1; PORT:
/// 1 to 65535, or * for a free one), ipc:///ABSOLUTE/PATH and ipc://@ABSTRACT-NAME. Throws
/// std::invalid_argument that says what was expected.
[[nodiscard]] Address parse_address(std::string_view text);

/// The address in the same notation, as getsockname() tells it.
[[nodiscard]] std::string format_address(const sockaddr_storage& address, socklen_t length);

}  // namespace filer
