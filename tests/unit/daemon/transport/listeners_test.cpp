#include "daemon/transport/listeners.hpp"

#include "base/settings.hpp"
#include "daemon/systemd/service_manager.hpp"
#include "tests/unit/support/environment.hpp"
#include "tests/unit/support/notify_socket.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <future>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace filer {
namespace {

constexpr int patience = 10000;  // ms

ino_t inode_of(FileDescriptor socket) {
  struct stat status {};
  EXPECT_EQ(::fstat(socket.get(), &status), 0);
  return status.st_ino;
}

UniqueFileDescriptor copy_of(FileDescriptor socket) {
  return UniqueFileDescriptor(::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0));
}

/// A process of the service is ready, or has failed.
struct Ready {
  Ready() = default;
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;
  ~Ready() { service_manager::ready(""); }
};

/// A service manager with a file descriptor store, and the processes of a service, one after the other.
class KeptListeners : public testing::Test {
 protected:
  KeptListeners() { config.bind = {{"tcp://127.0.0.1:*", "here"}, {"ipc://" + ipc_path(), "there"}}; }

  [[nodiscard]] std::string ipc_path() const { return directory / "x.sock"; }

  /// Until the process has started: moves sockets into and out of the store.
  void attend() {
    for (bool starts = true; starts;) {
      const auto heard = manager.hear(patience);
      const std::string name = heard.text.substr(heard.text.find("FDNAME=") + 7);
      if (heard.text.starts_with("FDSTORE=1")) store.push_back({copy_of(heard.descriptor.borrow()), name});
      if (heard.text.starts_with("FDSTOREREMOVE=1")) {
        std::erase_if(store, [&name](const PassedSocket& kept) { return kept.name == name; });
      }
      starts = !heard.text.empty() && !heard.text.starts_with("READY=1");
    }
  }

  /// What the next process is passed.
  [[nodiscard]] std::vector<PassedSocket> pass() const {
    std::vector<PassedSocket> passed;
    for (const PassedSocket& kept : store) passed.push_back({copy_of(kept.descriptor.borrow()), kept.name});
    return passed;
  }

  /// A process opens its listeners.
  [[nodiscard]] std::vector<Listener> start() {
    auto passed = pass();
    auto listeners = std::async(std::launch::async, [this, &passed] {
      const Ready ready;
      return open_listeners(config, std::move(passed));
    });
    attend();
    return listeners.get();
  }

  /// What runs before such a process opens what that may not.
  std::vector<std::string> open_for_service() {
    auto opened = std::async(std::launch::async, [this] {
      const Ready ready;
      return open_tcp_for_service(config);
    });
    attend();
    return opened.get();
  }

  test::TempDirectory directory;
  test::NotifySocket manager;
  Config config;
  std::vector<PassedSocket> store;
};

/// A socket as a socket unit passes it, on `address` of IPv4.
PassedSocket make_given(in_addr_t address, int type = SOCK_STREAM) {
  PassedSocket given{UniqueFileDescriptor(::socket(AF_INET, type | SOCK_CLOEXEC, 0)), "zmq-filerd.socket"};
  sockaddr_in inet{};
  inet.sin_family = AF_INET;
  inet.sin_addr.s_addr = htonl(address);
  EXPECT_EQ(::bind(given.descriptor.get(), reinterpret_cast<const sockaddr*>(&inet), sizeof inet), 0);
  if (type == SOCK_STREAM) ::listen(given.descriptor.get(), 1);
  return given;
}

/// One that nobody listens on, of a loopback address that no other process has: what connects does so from
/// 127.0.0.1, and could have the port of that one in the meantime.
std::string free_address() {
  const pid_t pid = ::getpid();
  const auto bind = fmt::format("tcp://127.{}.{}.{}:*", 128 + (pid >> 16 & 127), pid >> 8 & 255, pid & 255);
  return Listener(BindConfig{bind, "here"}).address();
}

TEST_F(KeptListeners, AreTheSameInTheNextProcess) {
  std::vector<std::string> addresses;
  std::vector<ino_t> sockets;
  for (const Listener& listener : start()) {
    addresses.push_back(listener.address());
    sockets.push_back(inode_of(listener.borrow()));
  }
  const auto next = start();
  ASSERT_EQ(next.size(), 2U);
  for (std::size_t index = 0; index < next.size(); ++index) {
    EXPECT_EQ(next[index].address(), addresses[index]);
    EXPECT_EQ(inode_of(next[index].borrow()), sockets[index]);
  }
  EXPECT_EQ(store.size(), 2U) << "nothing is kept twice";
}

TEST_F(KeptListeners, AreForCurveWhereTheConfigurationNowSaysSo) {
  EXPECT_FALSE(start().front().is_for_curve());
  config.bind.front().curve = true;
  const auto next = start();
  EXPECT_TRUE(next.front().is_for_curve());
  EXPECT_FALSE(next.back().is_for_curve());
}

TEST_F(KeptListeners, HaveNamesThatAServiceManagerTakes) {
  config.bind.push_back({"ipc://" + (directory / "a b:c%\xc3\xa9"), "there"});
  (void)start();
  ASSERT_EQ(store.size(), 3U);
  for (const PassedSocket& kept : store) {
    EXPECT_EQ(kept.name.find_first_of(": \xc3"), std::string::npos) << kept.name;
    EXPECT_LE(kept.name.size(), 255U);
  }
}

TEST_F(KeptListeners, LeaveTheSocketFile) {
  (void)start();
  EXPECT_EQ(::access(ipc_path().c_str(), F_OK), 0);
}

TEST_F(KeptListeners, AreClosedWhereTheConfigurationHasChanged) {
  std::string old_address;
  {
    const auto listeners = start();
    old_address = listeners.front().address();
  }
  config.bind.front().address = "tcp://127.0.0.1" + old_address.substr(old_address.rfind(':'));
  const auto next = start();  // the same port under another name: the kept socket has to go first
  EXPECT_EQ(next.front().address(), old_address);
  EXPECT_EQ(store.size(), 2U);
}

TEST_F(KeptListeners, AreOpenedAnewWhereTheSocketFileIsGone) {
  ino_t old_socket = 0;
  {
    const auto listeners = start();
    old_socket = inode_of(listeners.back().borrow());
  }
  ASSERT_EQ(::unlink(ipc_path().c_str()), 0);
  const auto next = start();
  EXPECT_NE(inode_of(next.back().borrow()), old_socket);
  EXPECT_EQ(::access(ipc_path().c_str(), F_OK), 0);
  EXPECT_EQ(store.size(), 2U);
}

TEST_F(KeptListeners, AreThoseThatWereOpenedForTheServiceBefore) {
  config.bind.front().address = free_address();
  EXPECT_TRUE(open_for_service().empty());
  ASSERT_EQ(store.size(), 1U) << "the ipc address is the service's own";
  const ino_t socket = inode_of(store.front().descriptor.borrow());
  const auto listeners = start();
  EXPECT_EQ(inode_of(listeners.front().borrow()), socket);
  EXPECT_EQ(store.size(), 2U);
}

TEST_F(KeptListeners, AreNotOpenedForTheServiceAgain) {
  config.bind.front().address = free_address();
  EXPECT_TRUE(open_for_service().empty());
  const auto listeners = start();
  const ino_t socket = inode_of(store.front().descriptor.borrow());
  EXPECT_TRUE(open_for_service().empty());
  EXPECT_EQ(store.size(), 2U);
  EXPECT_EQ(inode_of(store.front().descriptor.borrow()), socket);
}

TEST_F(KeptListeners, AreNotOpenedForTheServiceOnAPortThatIsLeftOpen) {
  EXPECT_TRUE(open_for_service().empty());
  EXPECT_TRUE(store.empty());
}

TEST_F(KeptListeners, AreClosedWhereASocketUnitTakesTheirPlace) {
  (void)start();
  store.push_back(make_given(INADDR_LOOPBACK));
  EXPECT_EQ(start().size(), 1U);
  ASSERT_EQ(store.size(), 1U);
  EXPECT_EQ(store.front().name, "zmq-filerd.socket");
}

TEST(Listeners, AreOpenedForAServiceWhereThereIsSomebodyToKeepThem) {
  const test::EnvironmentVariable variable("NOTIFY_SOCKET", std::nullopt);
  Config config;
  config.bind = {{free_address(), "here"}};
  EXPECT_THROW((void)open_tcp_for_service(config), std::runtime_error);
}

TEST_F(KeptListeners, AreOpenedForTheServiceAlsoWhereAnotherCannotBe) {
  config.bind = {{"tcp://192.0.2.1:1", "x.yaml:1:2"}, {free_address(), "there"}};  // of no host (RFC 5737)
  const auto problems = open_for_service();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_TRUE(problems[0].starts_with("x.yaml:1:2: cannot listen on 'tcp://192.0.2.1:1'")) << problems[0];
  EXPECT_EQ(store.size(), 1U);
}

TEST_F(KeptListeners, AreAllClosedWhereOneCannotBeOpened) {
  config.bind.front().address = free_address();
  (void)start();
  ASSERT_EQ(store.size(), 2U);
  config.bind.push_back({"tcp://192.0.2.1:1", "here"});
  EXPECT_THROW((void)start(), std::system_error);
  EXPECT_TRUE(store.empty()) << "who connects would wait for nobody";
}

TEST_F(KeptListeners, AreClosedWhereThereAreSeveralOfOneName) {
  (void)start();
  PassedSocket another = make_given(INADDR_LOOPBACK);
  another.name = store.front().name;
  store.push_back(std::move(another));
  (void)start();
  EXPECT_EQ(store.size(), 2U);
}

TEST(Listeners, RemoveTheSocketFileWhereNobodyKeepsThem) {
  const test::TempDirectory directory;
  const test::EnvironmentVariable variable("NOTIFY_SOCKET", std::nullopt);
  Config config;
  config.bind = {{"ipc://" + (directory / "x.sock"), "there"}};
  (void)open_listeners(config, {});
  EXPECT_NE(::access((directory / "x.sock").c_str(), F_OK), 0);
}

std::vector<PassedSocket> one(PassedSocket socket) {
  std::vector<PassedSocket> sockets;
  sockets.push_back(std::move(socket));
  return sockets;
}

/// What is said against such a socket of a socket unit; "": nothing.
std::string refusal(PassedSocket socket, bool allow_plaintext = false) {
  Config config;
  config.allow_plaintext = allow_plaintext;
  try {
    (void)open_listeners(config, one(std::move(socket)));
    return "";
  } catch (const SettingsError& error) {
    return error.what();
  }
}

TEST(SocketUnit, TakesThePlaceOfTheConfiguredAddresses) {
  PassedSocket given = make_given(INADDR_LOOPBACK);
  const ino_t socket = inode_of(given.descriptor.borrow());
  Config config;
  config.bind = {{"tcp://127.0.0.1:1", "here"}};
  const auto listeners = open_listeners(config, one(std::move(given)));
  ASSERT_EQ(listeners.size(), 1U);
  EXPECT_EQ(inode_of(listeners.front().borrow()), socket);
  EXPECT_TRUE(listeners.front().address().starts_with("tcp://127.0.0.1:"));
}

TEST(SocketUnit, MayOpenTheDaemonToOthersOnlyWhereTheConfigurationAllowsIt) {
  EXPECT_NE(refusal(make_given(INADDR_ANY)).find("can be reached from other hosts"), std::string::npos);
  EXPECT_EQ(refusal(make_given(INADDR_ANY), true), "");
}

TEST(SocketUnit, PassesASocketForCurveWhereTheSameAddressIsConfiguredSo) {
  PassedSocket given = make_given(INADDR_ANY);
  sockaddr_in inet{};
  socklen_t size = sizeof inet;
  ASSERT_EQ(::getsockname(given.descriptor.get(), reinterpret_cast<sockaddr*>(&inet), &size), 0);
  const std::string port = std::to_string(ntohs(inet.sin_port));
  Config config;
  config.bind = {{"tcp://127.0.0.1:" + port, "here", true}};
  PassedSocket again{copy_of(given.descriptor.borrow()), given.name};
  EXPECT_THROW((void)open_listeners(config, one(std::move(again))), SettingsError);  // another address
  config.bind = {{"tcp://*:" + port, "here", true}};
  const auto listeners = open_listeners(config, one(std::move(given)));
  ASSERT_EQ(listeners.size(), 1U);
  EXPECT_TRUE(listeners.front().is_for_curve());
}

TEST(SocketUnit, MustPassEveryAddressThatIsForCurve) {
  Config config;
  config.bind = {{"ipc:///run/another/name", "x.yaml:1:2", true}};
  try {
    (void)open_listeners(config, one(make_given(INADDR_LOOPBACK)));
    FAIL() << "accepted, in plaintext";
  } catch (const SettingsError& error) {
    EXPECT_EQ(error.problems(),
              std::vector<std::string>{
                  "x.yaml:1:2: bind: 'ipc:///run/another/name' is for CURVE, and no socket unit "
                  "passes it; have ListenStream= name exactly this address"});
  }
}

TEST(SocketUnit, MustPassStreamSocketsThatListen) {
  EXPECT_NE(refusal(make_given(INADDR_LOOPBACK, SOCK_DGRAM)).find("ListenStream="), std::string::npos);
}

}  // namespace
}  // namespace filer
