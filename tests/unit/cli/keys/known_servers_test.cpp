#include "cli/keys/known_servers.hpp"

#include "base/settings.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

const std::string key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";

std::string problem_with(const std::string& text) {
  try {
    (void)parse_known_servers(text, "known");
    return "none";
  } catch (const SettingsError& error) {
    return error.what();
  }
}

TEST(KnownServers, AreLinesOfEndpointAndKey) {
  const KnownServers servers = parse_known_servers(
      "# mine\n\n  tcp://robot7:60402 \t " + key + "\r\nipc:///run/x.sock " + std::string(40, 'a'), "known");
  ASSERT_EQ(servers.size(), 2U);
  EXPECT_EQ(servers.at("tcp://robot7:60402").key, key);
  EXPECT_EQ(servers.at("tcp://robot7:60402").where, "known:3");
  EXPECT_EQ(servers.at("ipc:///run/x.sock").where, "known:4");
  EXPECT_TRUE(parse_known_servers("", "known").empty());
}

TEST(KnownServers, SayWhichLineIsWrong) {
  const std::string expected = ":1: expected an endpoint and a public key (40 characters of Z85)";
  for (const std::string& line :
       {std::string("tcp://robot7:60402"), std::string("tcp://robot7:60402 short"), key,
        "tcp://robot7:60402 " + key + " more", "tcp://robot7:060402 " + key, std::string("\xff\0 \x01", 4)}) {
    EXPECT_EQ(problem_with("\n" + line + "\n"), "known:2" + expected) << line;
  }
  EXPECT_EQ(problem_with("tcp://a:1 " + key + "\ntcp://a:1 " + std::string(40, 'a') + "\n"),
            "known:2:1: tcp://a:1 is known already, from known:1");
}

TEST(KnownServers, HaveOneKeyForAllSpellingsOfAnEndpoint) {
  const std::string line = "tcp://127.0.0.1:1 " + key + "\n";
  EXPECT_EQ(problem_with(line + "tcp://localhost:1 " + std::string(40, 'a')),
            "known:2:1: tcp://localhost:1 is known already, from known:1");
  EXPECT_EQ(parse_known_servers(line + "tcp://localhost:1 " + key, "known").size(), 1U);
}

TEST(KnownServers, AreRemembered) {
  const test::TempDirectory directory;
  const std::string file = directory / "zmq-filer/known_servers";
  EXPECT_TRUE(load_known_servers(file).empty());
  remember_server(file, "tcp://a:1", key);
  remember_server(file, "tcp://b:1", key);
  EXPECT_EQ(load_known_servers(file).size(), 2U);
  EXPECT_EQ(test::read_file(file), "tcp://a:1 " + key + "\ntcp://b:1 " + key + "\n");
}

TEST(KnownServers, AreRememberedBehindALineWithoutItsEnd) {
  const test::TempDirectory directory;
  const std::string file = directory.write("known_servers", "tcp://a:1 " + key);
  remember_server(file, "tcp://b:1", key);
  EXPECT_EQ(test::read_file(file), "tcp://a:1 " + key + "\ntcp://b:1 " + key + "\n");
}

}  // namespace
}  // namespace filer
