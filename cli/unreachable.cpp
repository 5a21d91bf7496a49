#include "cli/unreachable.hpp"

#include "base/escape.hpp"
#include "base/file_descriptor.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <system_error>

namespace filer {
namespace {

constexpr int patience = 100;  // ms

/// 0, or the errno of a connection that is tried.
int try_connect(int family, const sockaddr* address, socklen_t length) {
  const UniqueFileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (::connect(socket.get(), address, length) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd writable{socket.get(), POLLOUT, 0};
  if (::poll(&writable, 1, patience) != 1) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

std::string describe(int error_number) {
  switch (error_number) {
    case 0:
    case ECONNREFUSED:
      return "nobody listens there";
    case ENOENT:
      return "nobody listens there: there is no such socket";
    case EACCES:
      return "you may not use this socket; its group may (for the service: usermod -a -G zmq-filer USER)";
    default:
      return std::generic_category().message(error_number);
  }
}

std::string why_ipc(std::string path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return "the path is too long for a socket";
  std::memcpy(address.sun_path, path.data(), path.size());
  const bool abstract = path.starts_with('@');
  if (abstract) address.sun_path[0] = '\0';
  const std::size_t length = offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1);
  return describe(
      try_connect(AF_UNIX, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)));
}

std::string why_tcp(const std::string& host_and_port) {
  const std::size_t colon = host_and_port.rfind(':');
  std::string host = host_and_port.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), host_and_port.c_str() + colon + 1, &hints, &found);
      error != 0) {
    return fmt::format("the host {} is not known ({})", quote(host), ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  return describe(try_connect(found->ai_family, found->ai_addr, found->ai_addrlen));
}

}  // namespace

std::string why_unreachable(const std::string& endpoint) {
  const std::string rest = endpoint.substr(std::strlen("tcp://"));
  return endpoint.starts_with("ipc://") ? why_ipc(rest) : why_tcp(rest);
}

CommandError describe_failure(const std::string& endpoint, Failure failure,
                              std::chrono::milliseconds silence) {
  const double seconds = std::chrono::duration<double>(silence).count();
  ExitStatus status = ExitStatus::unreachable;
  std::string what, hint;
  switch (failure) {
    case Failure::refused:
      what = fmt::format("cannot connect to {}: {}", endpoint, why_unreachable(endpoint));
      hint =
          "does a zmq-filerd run there? try 'systemctl status zmq-filerd' on that host, or name another "
          "endpoint with -e";
      break;
    case Failure::unconnected:
      what = fmt::format("{} could not be reached within {} s", endpoint, seconds);
      hint = "check the address, the network and its firewalls";
      break;
    case Failure::ungreeted:
      what =
          fmt::format("{} accepted the connection but did not speak ZeroMQ within {} s", endpoint, seconds);
      hint = "is that the port of a zmq-filerd?";
      break;
    case Failure::unanswered:
      what = fmt::format("{} did not answer within {} s", endpoint, seconds);
      hint = "allow it more time with --timeout, or look at 'systemctl status zmq-filerd'";
      break;
    case Failure::closed:
      what = fmt::format("{} closed the connection without an answer", endpoint);
      hint = "was the daemon stopped, or the request too long? try 'journalctl -u zmq-filerd'";
      break;
    case Failure::key_refused:
      status = ExitStatus::refused;
      what = fmt::format("{} refused the connection: the daemon does not know this key", endpoint);
      hint =
          "on the daemon's host: 'zmq-filerd authorize NAME PUBLIC-KEY', then 'systemctl reload zmq-filerd'";
      break;
    case Failure::unmatched:
      status = ExitStatus::refused;
      what = fmt::format("{} does not agree on keys: only one side uses CURVE", endpoint);
      hint =
          "give the daemon's key with --server-key where its address is for CURVE, and none where it is not";
      break;
    case Failure::not_agreed:
      status = ExitStatus::refused;
      what = fmt::format(
          "{} ended the handshake: it does not have the server key that it is known by, or uses no CURVE "
          "there",
          endpoint);
      hint = "the daemon tells its key when it starts: 'journalctl -u zmq-filerd' on its host";
      break;
  }
  return {status, what, hint};
}

}  // namespace filer
