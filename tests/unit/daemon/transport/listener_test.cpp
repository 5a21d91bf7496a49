#include "daemon/transport/listener.hpp"

#include "tests/unit/support/temp_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace filer {
namespace {

using test::TempDirectory;

/// What is said against listening there; "listens" where nothing is.
std::string try_to_listen(const std::string& address) {
  try {
    const Listener listener({address, "x.yaml:1:7"});
    return "listens";
  } catch (const std::system_error& error) {
    return error.what();
  }
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

/// errno of a connection to a socket file; 0: connected.
int connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const UniqueFileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0
                                                                                                   : errno;
}

/// Leaves a socket file behind whose process is gone.
void abandon_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const UniqueFileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(socket.get(), 1), 0);
}

TEST(Listener, TellsThePortThatTheKernelChose) {
  const Listener first({"tcp://127.0.0.1:*", "here"});
  const Listener second({"tcp://127.0.0.1:*", "here"});
  EXPECT_TRUE(first.address().starts_with("tcp://127.0.0.1:"));
  EXPECT_FALSE(first.address().ends_with(":0"));
  EXPECT_NE(first.address(), second.address());
}

TEST(Listener, ListensOnIpv6Alone) {
  std::optional<Listener> listener;
  try {
    listener.emplace(BindConfig{"tcp://[::1]:*", "here"});
  } catch (const std::system_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }
  EXPECT_TRUE(listener->address().starts_with("tcp://[::1]:"));
  int only_ipv6 = 0;
  socklen_t size = sizeof only_ipv6;
  const UniqueFileDescriptor socket = listener->duplicate();
  ASSERT_EQ(::getsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6, &size), 0);
  EXPECT_EQ(only_ipv6, 1);
}

TEST(Listener, RefusesAPortThatIsTaken) {
  const Listener first({"tcp://127.0.0.1:*", "here"});
  EXPECT_EQ(try_to_listen(first.address()),
            "x.yaml:1:7: cannot listen on '" + first.address() + "': Address already in use");
}

TEST(Listener, TakesAPortAgainRightAfterItWasLeft) {
  std::string address;
  {
    const Listener first({"tcp://127.0.0.1:*", "here"});
    address = first.address();
  }
  EXPECT_EQ(try_to_listen(address), "listens");
}

TEST(Listener, RefusesAnAddressThatThisHostHasNot) {
  EXPECT_EQ(try_to_listen("tcp://192.0.2.1:60401"),
            "x.yaml:1:7: cannot listen on 'tcp://192.0.2.1:60401': Cannot assign requested address");
}

TEST(Listener, GivesOutDuplicatesThatDoNotBlock) {
  const Listener listener({"tcp://127.0.0.1:*", "here"});
  const UniqueFileDescriptor first = listener.duplicate();
  const UniqueFileDescriptor second = listener.duplicate();
  EXPECT_NE(first.get(), second.get());
  EXPECT_NE(::fcntl(first.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(first.get(), F_GETFD), FD_CLOEXEC);
  int listening = 0;
  socklen_t size = sizeof listening;
  ASSERT_EQ(::getsockopt(first.get(), SOL_SOCKET, SO_ACCEPTCONN, &listening, &size), 0);
  EXPECT_EQ(listening, 1);
}

TEST(Listener, MakesAnIpcSocketForOwnerAndGroup) {
  const TempDirectory directory;
  const Listener listener({"ipc://" + directory / "x.sock", "here"});
  EXPECT_EQ(listener.address(), "ipc://" + directory / "x.sock");
  struct stat status {};
  ASSERT_EQ(::stat((directory / "x.sock").c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 07777, 0660U);
  EXPECT_EQ(connect_to(directory / "x.sock"), 0);
}

TEST(Listener, SetsTheModeWhateverTheUmaskIs) {
  const TempDirectory directory;
  for (const mode_t mask : {0777U, 0U}) {
    const mode_t old = ::umask(mask);
    const Listener listener({"ipc://" + directory / "x.sock", "here"});
    ::umask(old);
    struct stat status {};
    ASSERT_EQ(::stat((directory / "x.sock").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0660U);
  }
}

TEST(Listener, RemovesItsIpcSocketFile) {
  const TempDirectory directory;
  { const Listener listener({"ipc://" + directory / "x.sock", "here"}); }
  EXPECT_FALSE(exists(directory / "x.sock"));
}

TEST(Listener, LeavesTheFileToWhereItWasMoved) {
  const TempDirectory directory;
  std::optional<Listener> first(BindConfig{"ipc://" + directory / "x.sock", "here"});
  const Listener second(std::move(*first));
  first.reset();
  EXPECT_EQ(connect_to(directory / "x.sock"), 0);
}

TEST(Listener, ReplacesASocketFileThatNobodyListensOn) {
  const TempDirectory directory;
  abandon_socket(directory / "x.sock");
  ASSERT_EQ(connect_to(directory / "x.sock"), ECONNREFUSED);
  const Listener listener({"ipc://" + directory / "x.sock", "here"});
  EXPECT_EQ(connect_to(directory / "x.sock"), 0);
}

TEST(Listener, LeavesASocketFileInUseAlone) {
  const TempDirectory directory;
  const std::string address = "ipc://" + directory / "x.sock";
  const Listener first({address, "here"});
  EXPECT_EQ(try_to_listen(address), "x.yaml:1:7: cannot listen on '" + address + "': Address already in use");
  EXPECT_EQ(connect_to(directory / "x.sock"), 0);
}

TEST(Listener, LeavesAFileThatIsNoSocketAlone) {
  const TempDirectory directory;
  const std::string path = directory.write("x.sock", "precious");
  EXPECT_EQ(try_to_listen("ipc://" + path),
            "x.yaml:1:7: cannot listen on 'ipc://" + path + "': Address already in use");
  EXPECT_EQ(test::read_file(path), "precious");
}

TEST(Listener, LeavesALinkToAnAbandonedSocketAlone) {
  const TempDirectory directory;
  abandon_socket(directory / "real.sock");
  directory.make_link("x.sock", directory / "real.sock");
  EXPECT_NE(try_to_listen("ipc://" + directory / "x.sock"), "listens");
  EXPECT_TRUE(exists(directory / "real.sock"));
}

TEST(Listener, SaysWhereTheDirectoryIsMissing) {
  EXPECT_EQ(try_to_listen("ipc:///does/not/exist.sock"),
            "x.yaml:1:7: cannot listen on 'ipc:///does/not/exist.sock': No such file or directory");
}

TEST(Listener, ListensOnAnAbstractName) {
  const std::string address = "ipc://@zmq-filer-test-" + std::to_string(::getpid());
  const Listener listener({address, "here"});
  EXPECT_EQ(listener.address(), address);
  EXPECT_NE(try_to_listen(address), "listens");
}

}  // namespace
}  // namespace filer
