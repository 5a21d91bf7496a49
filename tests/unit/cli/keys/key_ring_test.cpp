#include "cli/keys/key_ring.hpp"

#include "base/key_file.hpp"
#include "cli/exit_status.hpp"
#include "cli/keys/known_servers.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace filer {
namespace {

const std::vector<std::string> endpoint = {"tcp://a:1"};

/// A place with a key of the client's own.
class KeyRingTest : public testing::Test {
 protected:
  KeyRingTest() {
    places.key = directory / "key";
    places.known_servers = directory / "known_servers";
    places.other_known_servers = directory / "other_known_servers";
    write_key_file(places.key, own);
  }

  [[nodiscard]] KeyRing load(const KeyOptions& options,
                             const std::vector<std::string>& endpoints = endpoint) {
    return load_key_ring(options, places, endpoints);
  }

  /// Exit status and message.
  [[nodiscard]] std::string refusal_of(const KeyOptions& options) {
    try {
      (void)load(options);
      return "none";
    } catch (const CommandError& error) {
      return std::to_string(static_cast<int>(error.status)) + ": " + error.what();
    }
  }

  test::TempDirectory directory;
  const CurveKeyPair own = make_curve_key_pair();
  const std::string server = make_curve_key_pair().public_key;
  const std::string other = make_curve_key_pair().public_key;
  KeyPlaces places;
};

TEST_F(KeyRingTest, IsEmptyWhereNoServerIsKnown) {
  const KeyRing keys = load({});
  EXPECT_TRUE(keys.servers.empty());
  EXPECT_FALSE(keys.own);
}

TEST_F(KeyRingTest, HasTheServersKeyThatIsGiven) {
  const KeyRing keys = load({"", server, false});
  EXPECT_EQ(keys.servers.at("tcp://a:1"), server);
  EXPECT_EQ(keys.own.value().public_key, own.public_key);
  const std::string file = directory.write("server", "curve\n  public-key = \"" + server + "\"\n");
  EXPECT_EQ(load({"", file, false}).servers.at("tcp://a:1"), server);
}

TEST_F(KeyRingTest, HasTheServersKeyThatIsKnown) {
  remember_server(places.known_servers, "tcp://a:1", server);
  remember_server(places.other_known_servers, "tcp://b:1", other);
  const KeyRing keys = load({}, {"tcp://a:1", "tcp://b:1", "tcp://c:1"});
  EXPECT_EQ(keys.servers.at("tcp://a:1"), server);
  EXPECT_EQ(keys.servers.at("tcp://b:1"), other);
  EXPECT_FALSE(keys.servers.contains("tcp://c:1"));
}

TEST_F(KeyRingTest, KnowsAServerByAnotherSpellingOfItsEndpoint) {
  remember_server(places.known_servers, "tcp://127.0.0.1:1", server);
  EXPECT_EQ(load({}, {"tcp://localhost:1"}).servers.at("tcp://localhost:1"), server);
  (void)load({"", server, true}, {"tcp://localhost:1"});
  EXPECT_EQ(test::read_file(places.known_servers), "tcp://127.0.0.1:1 " + server + "\n");
}

TEST_F(KeyRingTest, HasTheServersKeyOfTheSettings) {
  places.server_keys = {{"tcp://a:1", server}};
  EXPECT_EQ(load({}).servers.at("tcp://a:1"), server);
  EXPECT_EQ(load({"", other, false}).servers.at("tcp://a:1"), other);
  EXPECT_FALSE(load({}, {"tcp://a:1", "tcp://b:1"}).servers.contains("tcp://b:1"));
}

TEST_F(KeyRingTest, RefusesAServerThatIsKnownByAnotherKey) {
  remember_server(places.known_servers, "tcp://a:1", server);
  EXPECT_EQ(
      refusal_of({"", other, false}),
      "4: tcp://a:1 is known by another server key than the one given (" + places.known_servers + ":1)");
  places.server_keys = {{"tcp://a:1", other}};
  EXPECT_EQ(refusal_of({}).substr(0, 2), "4:");
  EXPECT_EQ(refusal_of({"", server, false}), "none");
}

TEST_F(KeyRingTest, RemembersOnce) {
  (void)load({"", server, true});
  (void)load({"", server, true});
  EXPECT_EQ(load_known_servers(places.known_servers).size(), 1U);
  EXPECT_EQ(load({}).servers.at("tcp://a:1"), server);
  EXPECT_EQ(refusal_of({"", "", true}), "2: --remember needs --server-key");
}

TEST_F(KeyRingTest, SaysWhichKeyIsMissing) {
  EXPECT_EQ(refusal_of({places.key, "", false}), "2: --key needs the server's key as well");
  EXPECT_EQ(refusal_of({"", "short", false}).substr(0, 43), "2: 'short' is neither a server's public key");
  places.key = directory / "missing";
  EXPECT_EQ(refusal_of({"", server, false}),
            "2: there is no key to connect with: '" + places.key + "' does not exist");
}

}  // namespace
}  // namespace filer
