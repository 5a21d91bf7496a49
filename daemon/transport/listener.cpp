#include "daemon/transport/listener.hpp"

#include "base/escape.hpp"
#include "base/system_error.hpp"
#include "daemon/transport/address.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

namespace filer {
namespace {

constexpr int backlog = 1024;
constexpr mode_t ipc_mode = 0660;

UniqueFileDescriptor make_socket(int family) {
  return UniqueFileDescriptor(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

void set_option(FileDescriptor socket, int level, int option, int value) {
  if (::setsockopt(socket.get(), level, option, &value, sizeof value) != 0) throw_errno("setsockopt");
}

/// A socket file whose daemon is gone refuses connections; one that is in use does not.
bool is_abandoned(const Address& address) {
  struct stat status {};
  if (::lstat(address.ipc_path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const UniqueFileDescriptor probe = make_socket(AF_UNIX);
  return ::connect(probe.get(), address.get(), address.length) != 0 && errno == ECONNREFUSED;
}

int bind_socket(FileDescriptor socket, const Address& address) {
  int status = ::bind(socket.get(), address.get(), address.length);
  if (status != 0 && errno == EADDRINUSE && !address.ipc_path.empty()) {
    const bool removed = is_abandoned(address) && ::unlink(address.ipc_path.c_str()) == 0;
    errno = EADDRINUSE;
    if (removed) status = ::bind(socket.get(), address.get(), address.length);
  }
  return status;
}

UniqueFileDescriptor listen_on(const Address& address) {
  UniqueFileDescriptor socket = make_socket(address.family());
  if (!socket.is_open()) throw_errno("socket");
  if (address.family() != AF_UNIX) set_option(socket.borrow(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (address.family() == AF_INET6) set_option(socket.borrow(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (bind_socket(socket.borrow(), address) != 0) throw_errno("bind");
  if (!address.ipc_path.empty() && ::chmod(address.ipc_path.c_str(), ipc_mode) != 0) throw_errno("chmod");
  if (::listen(socket.get(), backlog) != 0) throw_errno("listen");
  return socket;
}

/// 0: there is nothing by that name.
ino_t inode_of(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

bool is_listening(FileDescriptor socket) {
  int value = 0;
  socklen_t size = sizeof value;
  const auto has = [&](int option, int wanted) {
    return ::getsockopt(socket.get(), SOL_SOCKET, option, &value, &size) == 0 && value == wanted;
  };
  return has(SO_TYPE, SOCK_STREAM) && has(SO_ACCEPTCONN, 1);
}

void set_non_blocking(FileDescriptor socket) {
  const int flags = ::fcntl(socket.get(), F_GETFL);
  if (flags < 0 || ::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK) != 0) throw_errno("fcntl");
}

std::string address_of(FileDescriptor socket) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw_errno("getsockname");
  }
  return format_address(address, length);
}

}  // namespace

Listener::Listener(const BindConfig& bind) : is_for_curve_(bind.curve) {
  const Address address = parse_address(bind.address);
  try {
    socket_ = listen_on(address);
    address_ = address_of(socket_.borrow());
  } catch (const std::system_error& error) {
    throw make_system_error(error.code().value(),
                            fmt::format("{}: cannot listen on {}", bind.where, quote(bind.address)));
  }
  ipc_path_ = address.ipc_path;
  ipc_inode_ = inode_of(ipc_path_);
}

Listener::Listener(UniqueFileDescriptor socket) : socket_(std::move(socket)) {
  // libzmq would end the process later.
  if (!is_listening(socket_.borrow())) throw std::invalid_argument("not a stream socket that listens");
  set_non_blocking(socket_.borrow());
  address_ = address_of(socket_.borrow());
}

Listener::~Listener() {
  if (socket_.is_open() && !ipc_path_.empty() && inode_of(ipc_path_) == ipc_inode_)
    ::unlink(ipc_path_.c_str());
}

UniqueFileDescriptor Listener::duplicate() const {
  UniqueFileDescriptor copy(::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy.is_open()) throw_errno("duplicate a listening socket");
  return copy;
}

}  // namespace filer
