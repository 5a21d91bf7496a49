#include "cli/unreachable.hpp"

#include "base/file_descriptor.hpp"
#include "tests/unit/support/effective_user.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <string>

namespace filer {
namespace {

/// A socket file, bound and perhaps listening.
UniqueFileDescriptor make_ipc_socket(const std::string& path, bool listening) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  UniqueFileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  if (listening) {
    EXPECT_EQ(::listen(socket.get(), 1), 0);
  }
  return socket;
}

TEST(WhyUnreachable, SaysThatNobodyListensOnAPort) {
  const UniqueFileDescriptor bound(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(bound.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::getsockname(bound.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  EXPECT_EQ(why_unreachable("tcp://127.0.0.1:" + std::to_string(::ntohs(address.sin_port))),
            "nobody listens there");
}

TEST(WhyUnreachable, SaysThatASocketFileIsMissing) {
  const test::TempDirectory directory;
  EXPECT_EQ(why_unreachable("ipc://" + directory / "x.sock"),
            "nobody listens there: there is no such socket");
}

TEST(WhyUnreachable, SaysThatASocketFileIsAbandoned) {
  const test::TempDirectory directory;
  const UniqueFileDescriptor socket = make_ipc_socket(directory / "x.sock", false);
  EXPECT_EQ(why_unreachable("ipc://" + directory / "x.sock"), "nobody listens there");
}

TEST(WhyUnreachable, SaysWhoMayUseASocket) {
  const test::TempDirectory directory;
  ASSERT_EQ(::chmod(directory.path().c_str(), 0755), 0);
  const UniqueFileDescriptor socket = make_ipc_socket(directory / "x.sock", true);
  ASSERT_EQ(::chmod((directory / "x.sock").c_str(), 0), 0);
  const test::WithoutPrivileges unprivileged;
  EXPECT_TRUE(why_unreachable("ipc://" + directory / "x.sock").starts_with("you may not use this socket"));
}

TEST(WhyUnreachable, SaysThatAPathIsTooLongForASocket) {
  EXPECT_EQ(why_unreachable("ipc:///" + std::string(200, 'x')), "the path is too long for a socket");
}

TEST(WhyUnreachable, LooksForAbstractNamesToo) {
  EXPECT_EQ(why_unreachable("ipc://@no-such-name-of-zmq-filer"), "nobody listens there");
}

}  // namespace
}  // namespace filer
