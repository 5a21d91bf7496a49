#include "daemon/config/config_loader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace filer {
namespace {

using Found = std::vector<std::string>;

Found problems_of(const Config& config) {
  Found problems;
  check_config(config, problems);
  return problems;
}

Found problems_of_bind(const std::string& address, bool allow_plaintext = false) {
  Config config;
  config.bind = {{address, "here"}};
  config.allow_plaintext = allow_plaintext;
  return problems_of(config);
}

Found problems_of_root(const std::string& path) {
  Config config;
  config.roots[0].path = path;
  config.roots[0].where = "here";
  return problems_of(config);
}

TEST(ConfigCheck, FindsNothingWrongWithTheDefaults) {
  EXPECT_EQ(problems_of(Config()), Found{});
}

TEST(ConfigCheck, AllowsAddressesOfThisHostOnly) {
  for (const char* address : {"tcp://127.0.0.1:60401", "tcp://127.8.9.10:*", "tcp://localhost:1",
                              "tcp://[::1]:1", "ipc:///run/x.sock", "ipc://@x"}) {
    EXPECT_EQ(problems_of_bind(address), Found{}) << address;
  }
}

TEST(ConfigCheck, RefusesAddressesThatOtherHostsReach) {
  for (const std::string address :
       {"tcp://0.0.0.0:60401", "tcp://*:60401", "tcp://[::]:60401", "tcp://192.0.2.1:1",
        "tcp://[2001:db8::1]:1", "tcp://[::ffff:192.0.2.1]:1", "tcp://126.0.0.1:1", "tcp://128.0.0.1:1"}) {
    EXPECT_EQ(
        problems_of_bind(address),
        Found{
            "here: bind: '" + address +
            "' can be reached from other hosts, and nothing encrypts or authenticates there; write {address: "
            "\"" +
            address +
            "\", curve: true} and authorize keys (zmq-filerd(8)), bind to a loopback or ipc address, or set "
            "security.allow_plaintext: true if the network itself is trusted"});
  }
}

TEST(ConfigCheck, AllowsThemWherePeersNeedKeys) {
  Config config;
  config.bind = {{"tcp://*:60402", "here", true}, {"tcp://127.0.0.1:60401", "here"}};
  EXPECT_EQ(problems_of(config), Found{});
}

TEST(ConfigCheck, AllowsThemWhereThePlaintextIsAllowed) {
  for (const char* address :
       {"tcp://0.0.0.0:60401", "tcp://*:60401", "tcp://[::]:60401", "tcp://192.0.2.1:1"}) {
    EXPECT_EQ(problems_of_bind(address, true), Found{}) << address;
  }
}

TEST(ConfigCheck, SaysWhatIsWrongWithAnAddress) {
  EXPECT_EQ(problems_of_bind("udp://127.0.0.1:1"),
            Found{"here: bind: 'udp://127.0.0.1:1': expected tcp://ADDRESS:PORT with a numeric address, or "
                  "ipc:///PATH"});
  EXPECT_EQ(problems_of_bind("tcp://127.0.0.1:0"),
            Found{"here: bind: 'tcp://127.0.0.1:0': expected a port from 1 to 65535, or * for a free one"});
}

TEST(ConfigCheck, RefusesAnAddressThatIsThereTwice) {
  Config config;
  config.bind = {{"ipc://@a", "first"}, {"ipc://@a", "second"}};
  EXPECT_EQ(problems_of(config), Found{"second: bind: 'ipc://@a' is there more than once"});
}

TEST(ConfigCheck, RefusesAddressesThatExcludeEachOther) {
  for (const char* second : {"tcp://localhost:1", "tcp://*:1"}) {
    Config config;
    config.allow_plaintext = true;
    config.bind = {{"tcp://127.0.0.1:1", "first"}, {second, "second"}};
    EXPECT_EQ(problems_of(config), Found{std::string("second: bind: 'tcp://127.0.0.1:1' and '") + second +
                                         "' exclude each other"});
  }
}

TEST(ConfigCheck, RefusesARelativeRoot) {
  EXPECT_EQ(problems_of_root("srv/files"),
            Found{"here: root 'default': 'srv/files' is not an absolute path"});
  EXPECT_EQ(problems_of_root("~/files"), Found{"here: root 'default': '~/files' is not an absolute path"});
}

TEST(ConfigCheck, RefusesANulInARoot) {
  EXPECT_EQ(problems_of_root(std::string("/srv\0/x", 7)),
            Found{"here: root 'default': the path contains a NUL"});
}

TEST(ConfigCheck, SaysAllThatIsWrongAtOnce) {
  Config config;
  config.bind = {{"x", "a"}, {"tcp://*:1", "b"}};
  config.roots[0].path = "x";
  EXPECT_EQ(problems_of(config).size(), 3U);
}

}  // namespace
}  // namespace filer
