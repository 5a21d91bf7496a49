#include "base/curve_key.hpp"
#include "base/key_file.hpp"
#include "base/settings.hpp"
#include "daemon/access/authorized_keys.hpp"
#include "daemon/service.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/support/environment.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/recording_sink.hpp"
#include "tests/unit/support/zmq_peer.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace filer {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::field;
using test::ZmqPeer;

const std::string request = R"({"path":"file.txt"})";

/// A service with one address for CURVE and one without, and an authorized key, `laptop`.
class CurveTest : public testing::Test {
 protected:
  CurveTest() {
    config.roots = {served.config};
    config.bind = {{"tcp://127.0.0.1:*", "x.yaml:1:1", true},
                   {"ipc://" + served.host / "x.sock", "x.yaml:1:2"}};
    config.curve.server_key = served.host / "server.key";
    config.curve.authorized_keys = served.host.make_directory("authorized_keys.d");
    write_key_file(config.curve.server_key, server);
    authorize("laptop", laptop);
  }

  void authorize(const std::string& name, const CurveKeyPair& keys) {
    (void)served.host.write("authorized_keys.d/" + name + ".yaml",
                            format_authorized_key({name, keys.public_key, {}, {}}));
  }

  void withdraw(const std::string& name) {
    std::filesystem::remove(served.host / ("authorized_keys.d/" + name + ".yaml"));
  }

  void start() {
    service =
        std::make_unique<Service>(std::make_shared<const Config>(config), logger, load_security(config));
  }

  void reload() {
    EXPECT_TRUE(service->adopt(std::make_shared<const Config>(config), load_access_rules(config)));
  }

  [[nodiscard]] std::string curve_address() const {
    const std::string summary = service->summary();
    const std::size_t begin = summary.find("tcp://");
    return summary.substr(begin, summary.find(' ', begin) - begin);
  }

  void give_keys(ZmqPeer& peer, const CurveKeyPair& own) const {
    peer.socket().set(zmq::sockopt::curve_serverkey, server.public_key);
    peer.socket().set(zmq::sockopt::curve_publickey, own.public_key);
    peer.socket().set(zmq::sockopt::curve_secretkey, own.secret_key.text());
  }

  [[nodiscard]] std::unique_ptr<ZmqPeer> connect_with(const CurveKeyPair& own) const {
    auto peer = std::make_unique<ZmqPeer>();
    give_keys(*peer, own);
    peer->connect(curve_address());
    return peer;
  }

  /// Has the peer ask for the next change of the file. True: the service holds the reply.
  [[nodiscard]] bool watch_file(ZmqPeer& peer) {
    const std::string etag = ReceivedReply(peer.ask(R"({"op":"stat","path":"file.txt"})")).status().etag;
    peer.send({"", R"({"op":"stat","path":"file.txt","wait_ms":3600000,"if_none_match":")" + etag + "\"}"});
    return eventually([&] { return service->statistics().waiting() == 1; });
  }

  /// All that is wrong with the configuration's keys.
  [[nodiscard]] std::vector<std::string> problems() const {
    try {
      (void)load_security(config);
      return {};
    } catch (const SettingsError& error) {
      return error.problems();
    }
  }

  test::ServedRoot served;
  Config config;
  const CurveKeyPair server = make_curve_key_pair();
  const CurveKeyPair laptop = make_curve_key_pair();
  const CurveKeyPair stranger = make_curve_key_pair();
  std::shared_ptr<test::Recording> recording = std::make_shared<test::Recording>();
  Logger logger{LogConfig{}, test::Recording::make_sink(recording)};
  std::unique_ptr<Service> service;
};

TEST_F(CurveTest, LetsAnAuthorizedKeyInAndNamesIt) {
  start();
  const auto peer = connect_with(laptop);
  EXPECT_EQ(ReceivedReply(peer->ask(request)).content(), "hello");
  ASSERT_TRUE(eventually([&] { return recording->size() > 0; }));
  EXPECT_EQ(field(recording->entries().at(0), "FILER_KEY"), "laptop");
}

TEST_F(CurveTest, RefusesAnotherKeyAndNamesIt) {
  start();
  const auto peer = connect_with(stranger);
  peer->send({"", request});
  ASSERT_TRUE(eventually([&] { return recording->count("is not authorized") > 0; }));
  EXPECT_FALSE(peer->receive(50ms));
  EXPECT_EQ(field(recording->entries().at(0), "FILER_KEY"), stranger.public_key);
  EXPECT_EQ(field(recording->entries().at(0), "FILER_PEER"), "127.0.0.1");
  EXPECT_EQ(ReceivedReply(connect_with(laptop)->ask(request)).content(), "hello");
}

TEST_F(CurveTest, RefusesAConnectionWithoutKeysWhereTheyAreNeeded) {
  start();
  ZmqPeer peer;
  peer.watch_connection();
  peer.connect(curve_address());
  peer.send({"", request});
  EXPECT_TRUE(peer.is_disconnected());
  EXPECT_FALSE(peer.receive(50ms));
}

TEST_F(CurveTest, LeavesOtherAddressesAsTheyAre) {
  start();
  ZmqPeer peer("ipc://" + served.host / "x.sock");
  EXPECT_EQ(ReceivedReply(peer.ask(request)).content(), "hello");
}

TEST_F(CurveTest, RefusesAWithdrawnKeyOnALivingConnection) {
  start();
  const auto peer = connect_with(laptop);
  EXPECT_EQ(ReceivedReply(peer->ask(request)).content(), "hello");
  withdraw("laptop");
  reload();
  EXPECT_EQ(ReceivedReply(peer->ask(request)).error()->code, "access_denied");
  EXPECT_EQ(ReceivedReply(peer->ask(R"({"op":"hello"})")).error()->code, "access_denied");
  authorize("laptop", laptop);
  reload();
  EXPECT_EQ(ReceivedReply(peer->ask(request)).content(), "hello");
}

TEST_F(CurveTest, RefusesAWithdrawnKeyWhatItWaitsForAtOnce) {
  start();
  const auto peer = connect_with(laptop);
  ASSERT_TRUE(watch_file(*peer));
  withdraw("laptop");
  reload();
  const auto reply = peer->receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(ReceivedReply(reply->back()).error()->code, "access_denied");
}

TEST_F(CurveTest, GoesOnHoldingWhatOthersWaitForWhenAKeyIsWithdrawn) {
  authorize("robot", stranger);
  start();
  const auto peer = connect_with(laptop);
  ASSERT_TRUE(watch_file(*peer));
  withdraw("robot");
  reload();
  EXPECT_EQ(ReceivedReply(connect_with(laptop)->ask(request)).content(), "hello");  // a turn has passed
  EXPECT_EQ(service->statistics().waiting(), 1U);
  std::filesystem::rename(served.host.write("next", "changed"), served.host / "root/file.txt");
  const auto reply = peer->receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(ReceivedReply(reply->back()).status().size, 7U);
}

/// What a client of ZMTP 3.0 sends first, for the mechanism NULL.
std::string raw_greeting() {
  std::string greeting = std::string("\xff\0\0\0\0\0\0\0\x01\x7f", 10) + std::string("\x03\0", 2) + "NULL";
  greeting.resize(64, '\0');
  return greeting;
}

/// Then, once it has the other's greeting, which libzmq 4.3.4 insists on.
std::string raw_ready(const std::string& user_id) {
  const auto property = [](const std::string& name, const std::string& value) {
    return std::string(1, static_cast<char>(name.size())) + name + std::string(3, '\0') +
           std::string(1, static_cast<char>(value.size())) + value;
  };
  const std::string ready = "\x05READY" + property("Socket-Type", "DEALER") + property("Identity", "") +
                            property("User-Id", user_id);
  return '\x04' + std::string(1, static_cast<char>(ready.size())) + ready;
}

TEST_F(CurveTest, BelievesNobodyWhoClaimsAKeyWithoutProof) {
  config.roots[0].allow.emplace();
  config.roots[0].allow->keys = {{"laptop", "x.yaml:1:3"}};
  start();
  const std::string path = served.host / "x.sock";
  const UniqueFileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  std::string bytes = raw_greeting();
  ASSERT_EQ(::write(socket.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  ASSERT_EQ(::recv(socket.get(), bytes.data(), bytes.size(), MSG_WAITALL),
            static_cast<ssize_t>(bytes.size()));
  bytes = raw_ready(laptop.public_key);
  bytes += std::string("\x01\0", 2);  // the delimiter, more to come
  bytes += std::string(1, '\0') + static_cast<char>(request.size()) + request;
  ASSERT_EQ(::write(socket.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  ASSERT_TRUE(eventually([&] { return recording->size() > 0; }));
  const LogEntry entry = recording->entries().at(0);
  EXPECT_EQ(field(entry, "FILER_CODE"), "access_denied");
  EXPECT_EQ(field(entry, "FILER_KEY"), "");
}

TEST_F(CurveTest, NeedsAKeyOfItsOwn) {
  config.curve.server_key = served.host / "missing.key";
  EXPECT_EQ(problems(),
            std::vector<std::string>{"x.yaml:1:1: bind: curve needs the daemon's own key: " +
                                     served.host / "missing.key" + ": No such file or directory"});
  config.curve.server_key = "";
  const test::EnvironmentVariable none("CREDENTIALS_DIRECTORY", std::nullopt);
  ASSERT_EQ(problems().size(), 1U);
  EXPECT_TRUE(
      problems()[0].starts_with("x.yaml:1:1: bind: curve needs a key of the daemon's own: make one with "
                                "'zmq-filer keygen -o FILE'"))
      << problems()[0];
}

TEST_F(CurveTest, RefusesAKeyThatItWouldServe) {
  config.curve.server_key = served.host / "root/server.key";
  write_key_file(config.curve.server_key, server);
  EXPECT_EQ(problems(),
            std::vector<std::string>{config.roots[0].where + ": root 'default': the daemon's own key '" +
                                     config.curve.server_key +
                                     "' lies below it, and clients would get it; move the one or the other"});
}

TEST_F(CurveTest, TakesItsKeyFromTheServiceManager) {
  config.curve.server_key = "";
  write_key_file(served.host / "zmq-filer.curve-key", server);
  const test::EnvironmentVariable directory("CREDENTIALS_DIRECTORY", served.host.path());
  EXPECT_EQ(load_security(config).server_key.value().public_key, server.public_key);
}

TEST_F(CurveTest, NeedsAKeyThatMayConnect) {
  withdraw("laptop");
  EXPECT_EQ(problems(), std::vector<std::string>{"x.yaml:1:1: bind: curve, and no key is authorized in '" +
                                                 config.curve.authorized_keys +
                                                 "': nobody could connect; try 'zmq-filerd authorize NAME "
                                                 "PUBLIC-KEY'"});
  EXPECT_NO_THROW((void)load_access_rules(config));  // the last key can be withdrawn while it runs
}

TEST_F(CurveTest, LooksForNoKeysWhereNoneAreNeeded) {
  config.bind[0].curve = false;
  (void)served.host.write("authorized_keys.d/broken.yaml", "[");
  config.curve.server_key = served.host / "missing.key";
  EXPECT_EQ(problems(), std::vector<std::string>{});
}

TEST_F(CurveTest, SaysWhatIsWrongWithTheLists) {
  config.roots[0].allow =
      AllowConfig{{{"192.0.2.7/24", "x.yaml:3:1"}},
                  {{"nosuchuser-", "x.yaml:3:2"}, {"root", "x.yaml:3:4"}, {"1234", "x.yaml:3:5"}},
                  {{"a b", "x.yaml:3:3"}}};
  EXPECT_EQ(problems(),
            (std::vector<std::string>{
                "x.yaml:3:1: addresses: '192.0.2.7/24': the address has bits behind those that name "
                "the network",
                "x.yaml:3:2: users: this host has no user 'nosuchuser-'; at a reload, one that was not named "
                "before must be given as a number",
                "x.yaml:3:3: keys: 'a b' cannot name a key"}));
}

TEST_F(CurveTest, KnowsUsersByNameAndNumber) {
  config.bind = {config.bind[1]};
  config.roots[0].allow.emplace();
  config.roots[0].allow->users = {{::geteuid() == 0 ? "root" : std::to_string(::geteuid()), "x.yaml:3:1"}};
  start();
  ZmqPeer peer("ipc://" + served.host / "x.sock");
  EXPECT_EQ(ReceivedReply(peer.ask(request)).content(), "hello");
  config.roots[0].allow->users = {{"4242", "x.yaml:3:1"}};
  reload();
  EXPECT_EQ(ReceivedReply(peer.ask(request)).error()->code, "access_denied");
}

}  // namespace
}  // namespace filer
