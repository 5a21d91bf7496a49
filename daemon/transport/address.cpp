#include "daemon/transport/address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstring>
#include <stdexcept>

namespace filer {
namespace {

constexpr std::string_view expected_form =
    "expected tcp://ADDRESS:PORT with a numeric address, or ipc:///PATH";

template <class T>
T& view_as(sockaddr_storage& storage) {
  return reinterpret_cast<T&>(storage);
}
template <class T>
const T& view_as(const sockaddr_storage& storage) {
  return reinterpret_cast<const T&>(storage);
}

in_port_t parse_port(std::string_view text) {
  if (text == "*") return 0;
  std::uint16_t port = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || rest != text.data() + text.size() || port == 0) {
    throw std::invalid_argument("expected a port from 1 to 65535, or * for a free one");
  }
  return htons(port);
}

Address parse_tcp(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) throw std::invalid_argument(std::string(expected_form));
  const in_port_t port = parse_port(text.substr(colon + 1));
  std::string host(text.substr(0, colon));
  Address address;
  if (host == "*") host = "0.0.0.0";
  if (host == "localhost") host = "127.0.0.1";
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    auto& inet6 = view_as<sockaddr_in6>(address.socket_address);
    inet6.sin6_family = AF_INET6;
    inet6.sin6_port = port;
    address.length = sizeof inet6;
    host = host.substr(1, host.size() - 2);
    if (::inet_pton(AF_INET6, host.c_str(), &inet6.sin6_addr) == 1) return address;
  } else {
    auto& inet = view_as<sockaddr_in>(address.socket_address);
    inet.sin_family = AF_INET;
    inet.sin_port = port;
    address.length = sizeof inet;
    if (::inet_pton(AF_INET, host.c_str(), &inet.sin_addr) == 1) return address;
  }
  throw std::invalid_argument(std::string(expected_form));
}

Address parse_ipc(std::string_view text) {
  const bool abstract = text.size() > 1 && text.front() == '@';
  if (!abstract && (text.empty() || text.front() != '/')) {
    throw std::invalid_argument(
        "expected ipc:// with an absolute path, or ipc://@NAME for an abstract socket");
  }
  Address address;
  auto& local = view_as<sockaddr_un>(address.socket_address);
  if (text.size() >= sizeof local.sun_path) {
    throw std::invalid_argument(
        fmt::format("expected at most {} characters after ipc://", sizeof local.sun_path - 1));
  }
  local.sun_family = AF_UNIX;
  std::memcpy(local.sun_path, text.data(), text.size());
  if (abstract) local.sun_path[0] = '\0';
  if (!abstract) address.ipc_path = std::string(text);
  const std::size_t terminator = abstract ? 0 : 1;
  address.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size() + terminator);
  return address;
}

std::string format_ipc(const sockaddr_un& local, socklen_t length) {
  std::string_view path(local.sun_path, length - offsetof(sockaddr_un, sun_path));
  if (!path.empty() && path.front() == '\0') return fmt::format("ipc://@{}", path.substr(1));
  return fmt::format("ipc://{}", path.substr(0, path.find('\0')));
}

/// In network byte order. sin_port and sin6_port are at the same place.
in_port_t port_of(const Address& address) {
  return view_as<sockaddr_in>(address.socket_address).sin_port;
}

/// The bytes of the IP address.
std::string_view host_of(const Address& address) {
  const auto bytes = [](const auto& host) {
    return std::string_view(reinterpret_cast<const char*>(&host), sizeof host);
  };
  if (address.family() == AF_INET) return bytes(view_as<sockaddr_in>(address.socket_address).sin_addr);
  return bytes(view_as<sockaddr_in6>(address.socket_address).sin6_addr);
}

bool is_every(std::string_view host) {
  return host.find_first_not_of('\0') == std::string_view::npos;
}

}  // namespace

bool Address::is_local() const noexcept {
  if (family() == AF_INET) {
    return ntohl(view_as<sockaddr_in>(socket_address).sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
  }
  if (family() == AF_INET6) {
    return IN6_IS_ADDR_LOOPBACK(&view_as<sockaddr_in6>(socket_address).sin6_addr);
  }
  return family() == AF_UNIX;
}

bool Address::has_port() const noexcept {
  return family() != AF_UNIX && port_of(*this) != 0;
}

bool Address::excludes(const Address& other) const noexcept {
  if (family() != other.family()) return false;
  if (family() == AF_UNIX) {
    return length == other.length && std::memcmp(&socket_address, &other.socket_address, length) == 0;
  }
  if (!has_port() || port_of(*this) != port_of(other)) return false;
  return host_of(*this) == host_of(other) || is_every(host_of(*this)) || is_every(host_of(other));
}

Address parse_address(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) throw std::invalid_argument(std::string(expected_form));
  constexpr std::string_view tcp = "tcp://";
  constexpr std::string_view ipc = "ipc://";
  if (text.starts_with(tcp)) return parse_tcp(text.substr(tcp.size()));
  if (text.starts_with(ipc)) return parse_ipc(text.substr(ipc.size()));
  throw std::invalid_argument(std::string(expected_form));
}

std::string format_address(const sockaddr_storage& address, socklen_t length) {
  char host[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& inet = view_as<sockaddr_in>(address);
    ::inet_ntop(AF_INET, &inet.sin_addr, host, sizeof host);
    return fmt::format("tcp://{}:{}", host, ntohs(inet.sin_port));
  }
  if (address.ss_family == AF_INET6) {
    const auto& inet6 = view_as<sockaddr_in6>(address);
    ::inet_ntop(AF_INET6, &inet6.sin6_addr, host, sizeof host);
    return fmt::format("tcp://[{}]:{}", host, ntohs(inet6.sin6_port));
  }
  return format_ipc(view_as<sockaddr_un>(address), length);
}

}  // namespace filer
