#include "daemon/reload/reload_socket.hpp"

#include "base/escape.hpp"
#include "base/system_error.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace filer {
namespace {

constexpr std::string_view applied = "applied";
constexpr std::string_view refused = "refused";
constexpr const char* usual_directory = "/run/zmq-filer";
constexpr int backlog = 16;
constexpr mode_t own_user_only = 0600;

/// What a socket's buffer takes at once.
constexpr std::size_t most_bytes = 32 << 10;

/// systemd.exec(5): the directories of the service, with colons between them; "": none.
std::string runtime_directory() {
  const char* directories = std::getenv("RUNTIME_DIRECTORY");
  const std::string_view all = directories != nullptr ? directories : "";
  return std::string(all.substr(0, all.find(':')));
}

sockaddr_un address_in(const std::string& directory) {
  const std::string path = directory + "/reload";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw make_system_error(ENAMETOOLONG, quote(path));
  std::memcpy(address.sun_path, path.c_str(), path.size());
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

UniqueFileDescriptor make_socket(int flags) {
  UniqueFileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (!socket.is_open()) throw_errno("socket");
  return socket;
}

std::string read_to_end(FileDescriptor socket) {
  std::string text;
  std::array<char, 4096> part{};
  while (true) {
    const ssize_t size = ::read(socket.get(), part.data(), part.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) throw_errno("read the verdict");
    if (size == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(size));
  }
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace

ReloadSocket::ReloadSocket() {
  const std::string directory = runtime_directory();
  if (directory.empty()) return;
  const sockaddr_un address = address_in(directory);
  const std::string name = quote(address.sun_path);
  socket_ = make_socket(SOCK_NONBLOCK);
  if (::unlink(address.sun_path) != 0 && errno != ENOENT) throw_errno("remove " + name);
  if (::bind(socket_.get(), generic(address), sizeof address) != 0) throw_errno("bind " + name);
  if (::chmod(address.sun_path, own_user_only) != 0) throw_errno("chmod " + name);
  if (::listen(socket_.get(), backlog) != 0) throw_errno("listen on " + name);
}

UniqueFileDescriptor ReloadSocket::accept() const {
  return UniqueFileDescriptor(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

void tell(FileDescriptor asker, const Verdict& verdict) {
  std::string text(verdict.is_applied ? applied : refused);
  for (const std::string& line : verdict.lines) {
    if (text.size() + line.size() >= most_bytes) break;
    text += '\n' + line;
  }
  (void)::send(asker.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

Verdict ask_for_reload() {
  const std::string directory = runtime_directory();
  const sockaddr_un address = address_in(directory.empty() ? usual_directory : directory);
  const UniqueFileDescriptor socket = make_socket(0);
  if (::connect(socket.get(), generic(address), sizeof address) != 0) {
    throw_errno("no running service at " + quote(address.sun_path) +
                " ('systemctl status zmq-filerd' tells more)");
  }
  std::vector<std::string> lines = lines_of(read_to_end(socket.borrow()));
  if (lines.empty()) throw make_system_error(ECONNRESET, "zmq-filerd ended before it told a verdict");
  const bool is_applied = lines.front() == applied;
  lines.erase(lines.begin());
  return {is_applied, std::move(lines)};
}

}  // namespace filer
