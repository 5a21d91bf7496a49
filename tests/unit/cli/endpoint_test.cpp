#include "cli/endpoint.hpp"

#include "base/settings.hpp"
#include "cli/exit_status.hpp"
#include "tests/unit/support/environment.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace filer {
namespace {

using test::EnvironmentVariable;
using Files = std::vector<std::string>;
using Endpoints = std::vector<std::string>;

Endpoints choose_endpoints(const Endpoints& options, const Files& files) {
  return choose_servers(options, files).endpoints;
}

/// No endpoint in the environment, unless a test sets one.
class EndpointTest : public testing::Test {
 protected:
  EnvironmentVariable unset{"ZMQ_FILER_ENDPOINT", std::nullopt};
  test::TempDirectory directory;
};

TEST_F(EndpointTest, IsTheDefaultWhereNothingIsSaid) {
  EXPECT_EQ(choose_endpoints({}, {}), Endpoints{"tcp://127.0.0.1:60401"});
  EXPECT_EQ(choose_endpoints({}, {directory / "missing.yaml"}), Endpoints{"tcp://127.0.0.1:60401"});
}

TEST_F(EndpointTest, IsTheOptionBeforeAllElse) {
  const EnvironmentVariable variable("ZMQ_FILER_ENDPOINT", "tcp://environment:1");
  const std::string file = directory.write("x.yaml", "endpoint: tcp://file:1\n");
  EXPECT_EQ(choose_endpoints({"tcp://option:1"}, {file}), Endpoints{"tcp://option:1"});
}

TEST_F(EndpointTest, IsTheEnvironmentsBeforeThatOfAFile) {
  const EnvironmentVariable variable("ZMQ_FILER_ENDPOINT", "tcp://environment:1");
  const std::string file = directory.write("x.yaml", "endpoint: tcp://file:1\n");
  EXPECT_EQ(choose_endpoints({}, {file}), Endpoints{"tcp://environment:1"});
}

TEST_F(EndpointTest, IsNotTakenFromAnEmptyVariable) {
  const std::string file = directory.write("x.yaml", "endpoint: tcp://file:1\n");
  for (const char* nothing : {"", " ", " ,, "}) {
    const EnvironmentVariable variable("ZMQ_FILER_ENDPOINT", nothing);
    EXPECT_EQ(choose_endpoints({}, {file}), Endpoints{"tcp://file:1"});
  }
}

TEST_F(EndpointTest, MayBeSeveralInTheirOrder) {
  const Endpoints several = {"tcp://b:1", "ipc:///a", "tcp://c:1"};
  EXPECT_EQ(choose_endpoints(several, {}), several);
  const std::string list = directory.write("x.yaml", "endpoint: [tcp://b:1, ipc:///a, tcp://c:1]\n");
  EXPECT_EQ(choose_endpoints({}, {list}), several);
  for (const char* text : {"tcp://b:1 ipc:///a tcp://c:1", " tcp://b:1,ipc:///a,\ttcp://c:1,"}) {
    const EnvironmentVariable variable("ZMQ_FILER_ENDPOINT", text);
    EXPECT_EQ(choose_endpoints({}, {list}), several);
  }
}

TEST_F(EndpointTest, IsNoListOfSomethingElse) {
  const std::string file = directory.write("x.yaml", "endpoint: [tcp://a:1, [tcp://b:1], '']\n");
  try {
    (void)choose_endpoints({}, {file});
    FAIL() << "accepted";
  } catch (const SettingsError& error) {
    EXPECT_EQ(error.problems().size(), 2U);
  }
}

TEST_F(EndpointTest, IsCheckedWhereAFileNamesIt) {
  const std::string file = directory.write("x.yaml", "endpoint: [tcp://a:1, tcp://b:01]\n");
  try {
    (void)choose_endpoints({}, {file});
    FAIL() << "accepted";
  } catch (const SettingsError& error) {
    EXPECT_EQ(error.what(),
              file + ":1:23: expected tcp://HOST:PORT, tcp://[IPv6]:PORT or ipc:///PATH, found 'tcp://b:01'");
  }
}

TEST_F(EndpointTest, IsThatOfTheFirstFileThatSetsIt) {
  const std::string silent = directory.write("silent.yaml", "# endpoint: tcp://comment:1\n");
  const std::string first = directory.write("first.yaml", "endpoint: ipc:///run/first\n");
  const std::string second = directory.write("second.yaml", "endpoint: tcp://second:1\n");
  EXPECT_EQ(choose_endpoints({}, {directory / "missing.yaml", silent, first, second}),
            Endpoints{"ipc:///run/first"});
}

TEST_F(EndpointTest, HasTheServerKeyOfTheFileThatNamesItWhoeverChoseIt) {
  using Keys = std::map<std::string, std::string>;
  const std::string silent = directory.write("silent.yaml", "endpoint: tcp://a:1\n");
  const std::string first =
      directory.write("first.yaml", "endpoint: [tcp://a:1, tcp://b:1]\nserver_key: first\n");
  const std::string second =
      directory.write("second.yaml", "endpoint: [tcp://b:1, tcp://c:1]\nserver_key: second\n");
  const Files files = {silent, first, second};
  EXPECT_EQ(choose_servers({}, files).server_keys, (Keys{{"tcp://a:1", "first"}}));
  EXPECT_EQ(choose_servers({"tcp://c:1", "tcp://b:1", "tcp://d:1"}, files).server_keys,
            (Keys{{"tcp://b:1", "first"}, {"tcp://c:1", "second"}}));
  EXPECT_EQ(choose_servers({"tcp://A.:1"}, files).server_keys, (Keys{{"tcp://A.:1", "first"}}));
  const EnvironmentVariable variable("ZMQ_FILER_ENDPOINT", "tcp://c:1");
  EXPECT_EQ(choose_servers({}, files).server_keys, (Keys{{"tcp://c:1", "second"}}));
}

/// Whoever wrote the key would believe that it protects the connection.
TEST_F(EndpointTest, IsNotUsedWhereAFileHasAServerKeyForNoEndpoint) {
  const std::string problem =
      ":2:1: server_key: it is the key of no endpoint; set 'endpoint' in this file as well, or put both into "
      "known_servers";
  const std::string keyed = directory.write("keyed.yaml", "key: /mine\nserver_key: x\n");
  const std::string other = directory.write("other.yaml", "endpoint: tcp://other:1\n");
  for (const Files& files : {Files{keyed}, Files{keyed, other}, Files{other, keyed}}) {
    for (const Endpoints& options : {Endpoints{}, Endpoints{"tcp://option:1"}}) {
      try {
        (void)choose_endpoints(options, files);
        ADD_FAILURE() << "accepted";
      } catch (const SettingsError& error) {
        EXPECT_EQ(error.what(), keyed + problem);
      }
    }
  }
}

TEST_F(EndpointTest, MayBeTheDefaultWhereAFileHasOnlyTheClientsOwnKey) {
  const std::string file = directory.write("x.yaml", "key: /mine\n");
  EXPECT_EQ(choose_endpoints({}, {file}), Endpoints{"tcp://127.0.0.1:60401"});
  EXPECT_EQ(key_setting({file}), "/mine");
}

TEST_F(EndpointTest, IsTheProblemItselfWhereItIsWrongAndHasAServerKey) {
  const std::string file = directory.write("x.yaml", "endpoint: nonsense\nserver_key: x\n");
  try {
    (void)choose_endpoints({}, {file});
    FAIL() << "accepted";
  } catch (const SettingsError& error) {
    EXPECT_EQ(error.problems().size(), 1U);
  }
}

TEST_F(EndpointTest, IsNotUsedWhereAFileCannotTellItsKey) {
  const std::string broken = directory.write("broken.yaml", "endpoint: [\n");
  EXPECT_THROW((void)choose_endpoints({"tcp://option:1"}, {broken}), SettingsError);
}

TEST_F(EndpointTest, SaysAllThatIsWrongWithAFile) {
  const std::string file = directory.write("x.yaml", "endpoint: []\nendpiont: tcp://x:1\n");
  try {
    (void)choose_endpoints({}, {file});
    FAIL() << "accepted";
  } catch (const SettingsError& error) {
    EXPECT_EQ(
        error.problems(),
        (std::vector<std::string>{
            file + ":1:11: expected tcp://HOST:PORT, tcp://[IPv6]:PORT or ipc:///PATH, found a list",
            file + ":2:1: the settings: unknown key 'endpiont', expected one of endpoint, key, server_key"}));
  }
}

TEST_F(EndpointTest, RefusesOtherTransports) {
  for (const char* endpoint : {"localhost:60401", "udp://x:1", "inproc://x", "TCP://x:1", "\x1b[2J"}) {
    try {
      (void)choose_endpoints({"tcp://good:1", endpoint}, {});
      ADD_FAILURE() << endpoint;
    } catch (const CommandError& error) {
      EXPECT_EQ(error.status, ExitStatus::usage);
      EXPECT_TRUE(
          std::string(error.what())
              .ends_with(" is not an endpoint: expected tcp://HOST:PORT, tcp://[IPv6]:PORT or ipc:///PATH"));
      EXPECT_EQ(std::string(error.what()).find('\x1b'), std::string::npos);
    }
  }
}

TEST(SettingsFiles, AreTheUsersAndThenTheHosts) {
  const EnvironmentVariable xdg("XDG_CONFIG_HOME", "/xdg");
  const EnvironmentVariable home("HOME", "/home/me");
  EXPECT_EQ(settings_files(), (Files{"/xdg/zmq-filer/zmq-filer.yaml", "/etc/zmq-filer/zmq-filer.yaml"}));
}

TEST(SettingsFiles, AreBelowHomeWhereXdgSaysNothing) {
  const EnvironmentVariable home("HOME", "/home/me");
  for (const auto& value : {std::optional<std::string>(), std::optional<std::string>(""),
                            std::optional<std::string>("relative/is/to/be/ignored")}) {
    const EnvironmentVariable xdg("XDG_CONFIG_HOME", value);
    EXPECT_EQ(settings_files(),
              (Files{"/home/me/.config/zmq-filer/zmq-filer.yaml", "/etc/zmq-filer/zmq-filer.yaml"}));
  }
}

TEST(SettingsFiles, AreTheHostsAloneForAUserWithoutAHome) {
  const EnvironmentVariable xdg("XDG_CONFIG_HOME", std::nullopt);
  const EnvironmentVariable home("HOME", std::nullopt);
  EXPECT_EQ(settings_files(), Files{"/etc/zmq-filer/zmq-filer.yaml"});
}

}  // namespace
}  // namespace filer
