#include "daemon/service.hpp"

#include "base/settings.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/support/descriptor_limit.hpp"
#include "tests/unit/support/recording_sink.hpp"
#include "tests/unit/support/zmq_peer.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <limits>
#include <memory>
#include <string>
#include <system_error>

namespace filer {
namespace {

using test::ZmqPeer;

class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    config.bind = {{"tcp://127.0.0.1:*", "x.yaml:1:1"}};
    config.roots = {served.config};
  }

  /// The first address that a service says it listens on.
  [[nodiscard]] static std::string address_of(const Service& service) {
    const std::string summary = service.summary();
    return summary.substr(summary.find("tcp://"));
  }

  [[nodiscard]] ConfigInForce in_force() const { return std::make_shared<const Config>(config); }

  test::ServedRoot served;
  Config config;
  std::shared_ptr<test::Recording> recording = std::make_shared<test::Recording>();
  Logger logger{LogConfig{}, test::Recording::make_sink(recording)};
};

TEST_F(ServiceTest, ServesItsRootsOnItsAddresses) {
  const Service service(in_force(), logger, load_security(config));
  ZmqPeer peer(address_of(service));
  EXPECT_EQ(ReceivedReply(peer.ask(R"({"path":"file.txt"})")).content(), "hello");
}

TEST_F(ServiceTest, SaysWhatItServesAndWhere) {
  config.roots.push_back(test::root_config(served.host / "outside", "logs"));
  config.bind.push_back({"ipc://" + served.host / "x.sock", "x.yaml:2:2"});
  const Service service(in_force(), logger, load_security(config));
  const std::string summary = service.summary();
  EXPECT_TRUE(summary.starts_with("serving '" + served.root() + "' as default, '" + served.host.path() +
                                  "/outside' as logs; listening on tcp://127.0.0.1:"))
      << summary;
  EXPECT_TRUE(summary.ends_with(", ipc://" + served.host / "x.sock")) << summary;
}

TEST_F(ServiceTest, AppliesItsLimits) {
  config.limits.content_bytes = 4;
  const Service service(in_force(), logger, load_security(config));
  ZmqPeer peer(address_of(service));
  EXPECT_EQ(ReceivedReply(peer.ask(R"({"path":"file.txt"})")).error()->code, "too_large");
}

TEST_F(ServiceTest, AppliesOtherLimitsAndPoliciesWhileItServes) {
  config.shards = 3;
  served.host.write("root/.hidden", "hidden");
  Service service(in_force(), logger, load_security(config));
  ZmqPeer peer(address_of(service));
  EXPECT_EQ(ReceivedReply(peer.ask(R"({"path":".hidden"})")).content(), "hidden");
  config.limits.content_bytes = 4;
  config.roots[0].hidden_files = false;
  EXPECT_TRUE(service.adopt(in_force(), load_access_rules(config)));
  for (int number = 0; number < 20; ++number) {  // whichever shard it comes to
    ZmqPeer another(address_of(service));
    EXPECT_EQ(ReceivedReply(another.ask(R"({"path":"file.txt"})")).error()->code, "too_large");
  }
  EXPECT_EQ(ReceivedReply(peer.ask(R"({"path":".hidden"})")).error()->code, "not_found");
}

TEST_F(ServiceTest, IsAliveWhileItsThreadsTakeTurns) {
  Service service(in_force(), logger, load_security(config));
  EXPECT_TRUE(service.is_alive());
  EXPECT_TRUE(test::eventually([&] { return service.is_alive(); }));
}

TEST_F(ServiceTest, HasNoMoreConnectionsThanThereAreDescriptorsFor) {
  constexpr rlim_t few = 256;
  const test::DescriptorLimit limit(few);
  const Service service(in_force(), logger, load_security(config));
  EXPECT_NE(service.shortage().find("LimitNOFILE="), std::string::npos);
  EXPECT_LT(service.config().limits.peers, few - 32);
  EXPECT_GT(service.config().limits.peers, few / 2);
}

TEST_F(ServiceTest, HasAsManyConnectionsAsItsConfigurationSays) {
  config.limits.peers = 10;
  Service service(in_force(), logger, load_security(config));
  EXPECT_EQ(service.config().limits.peers, 10U);
  EXPECT_EQ(service.shortage(), "");
  config.limits.peers = std::numeric_limits<std::uint64_t>::max();
  EXPECT_TRUE(service.adopt(in_force(), load_access_rules(config)));
  EXPECT_NE(service.shortage().find("limits.peers"), std::string::npos);
}

TEST_F(ServiceTest, LeavesItsAddressWhenItGoes) {
  std::string address;
  {
    const Service service(in_force(), logger, load_security(config));
    address = address_of(service);
  }
  config.bind = {{address, "x.yaml:1:1"}};
  EXPECT_NO_THROW(const Service service(in_force(), logger, load_security(config)));
}

TEST_F(ServiceTest, SaysWhichRootIsNotToBeHad) {
  config.roots[0].path = "/does/not/exist";
  try {
    const Service service(in_force(), logger, load_security(config));
    FAIL() << "started";
  } catch (const SettingsError& error) {
    EXPECT_STREQ(error.what(), "here: root 'default': '/does/not/exist': No such file or directory");
  }
}

TEST_F(ServiceTest, SaysWhichAddressIsNotToBeHad) {
  const Service first(in_force(), logger, load_security(config));
  config.bind[0].address = address_of(first);
  try {
    const Service second(in_force(), logger, load_security(config));
    FAIL() << "started";
  } catch (const std::system_error& error) {
    EXPECT_EQ(std::string(error.what()),
              "x.yaml:1:1: cannot listen on '" + address_of(first) + "': Address already in use");
  }
}

/// A service that cannot start leaves nothing behind that keeps the next one from it.
TEST_F(ServiceTest, RemovesItsSocketFilesWhenItCannotStart) {
  const Service first(in_force(), logger, load_security(config));
  config.bind = {{"ipc://" + served.host / "x.sock", "x"}, {address_of(first), "x"}};
  EXPECT_THROW(const Service second(in_force(), logger, load_security(config)), std::system_error);
  EXPECT_NE(::access((served.host / "x.sock").c_str(), F_OK), 0);
}

}  // namespace
}  // namespace filer
