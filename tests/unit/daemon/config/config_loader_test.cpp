#include "daemon/config/config_loader.hpp"

#include "base/settings.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace filer {
namespace {

using Found = std::vector<std::string>;

/// The configuration of a text that nothing is wrong with.
Config parse(std::string_view text) {
  Found found;
  Config config = parse_config(text, "x.yaml", found);
  EXPECT_EQ(found, Found{});
  return config;
}

Found problems_of(std::string_view text) {
  Found found;
  try {
    (void)parse_config(text, "x.yaml", found);
  } catch (const SettingsError& error) {
    return error.problems();
  }
  return found;
}

TEST(ConfigLoader, TakesAnEmptyFileForTheDefaults) {
  for (const char* text : {"", "# comment\n", "---\n", "{}\n", "limits:\nlog:\nsecurity:\n"}) {
    const Config config = parse(text);
    ASSERT_EQ(config.bind.size(), 1U);
    EXPECT_EQ(config.bind[0].address, "tcp://127.0.0.1:60401");
    EXPECT_EQ(config.bind[0].where, "default 'bind'");
    ASSERT_EQ(config.roots.size(), 1U);
    EXPECT_EQ(config.roots[0].name, "default");
    EXPECT_EQ(config.roots[0].path, "/srv/zmq-filer");
    EXPECT_TRUE(config.roots[0].follow_symlinks);
    EXPECT_TRUE(config.roots[0].hidden_files);
    EXPECT_EQ(config.limits.request_bytes, 64U << 10);
    EXPECT_EQ(config.limits.content_bytes, 16U << 20);
    EXPECT_EQ(config.limits.chunk_bytes, 1U << 20);
    EXPECT_EQ(config.limits.list_entries, 1000U);
    EXPECT_EQ(config.limits.wait_ms, 60000U);
    EXPECT_EQ(config.limits.waits_per_peer, 16U);
    EXPECT_EQ(config.limits.waits, 10000U);
    EXPECT_EQ(config.limits.pool_threads, 8U);
    EXPECT_EQ(config.limits.peer_bytes_in_flight, 16U << 20);
    EXPECT_EQ(config.limits.bytes_in_flight, 128U << 20);
    EXPECT_EQ(config.limits.peers, 10000U);
    EXPECT_EQ(config.limits.memory_bytes, 448U << 20);
    EXPECT_EQ(config.log.level, LogLevel::info);
    EXPECT_EQ(config.log.requests, LogRequests::all);
    EXPECT_EQ(config.log.rate, 1000U);
    EXPECT_EQ(config.log.rate_of_all, 5000U);
    EXPECT_FALSE(config.allow_plaintext);
  }
}

TEST(ConfigLoader, ReadsOneAddress) {
  const Config config = parse("bind: ipc:///run/x.sock\n");
  ASSERT_EQ(config.bind.size(), 1U);
  EXPECT_EQ(config.bind[0].address, "ipc:///run/x.sock");
  EXPECT_EQ(config.bind[0].where, "x.yaml:1:7");
}

TEST(ConfigLoader, ReadsAListOfAddresses) {
  const Config config = parse("bind:\n  - tcp://127.0.0.1:1\n  - tcp://[::1]:2\n");
  ASSERT_EQ(config.bind.size(), 2U);
  EXPECT_EQ(config.bind[0].address, "tcp://127.0.0.1:1");
  EXPECT_EQ(config.bind[1].address, "tcp://[::1]:2");
  EXPECT_EQ(config.bind[1].where, "x.yaml:3:5");
}

TEST(ConfigLoader, RefusesMoreAddressesThanAServiceManagerKeepsSocketsFor) {
  std::string text = "bind:\n";
  for (int port = 1; port <= 64; ++port) text += fmt::format("  - tcp://127.0.0.1:{}\n", port);
  EXPECT_EQ(parse(text).bind.size(), 64U);
  EXPECT_EQ(problems_of(text + "  - tcp://127.0.0.1:65\n"),
            Found{"x.yaml:2:3: bind: expected at most 64 addresses, found 65"});
}

TEST(ConfigLoader, ReadsOneRoot) {
  const Config config = parse("root: /srv/files\n");
  ASSERT_EQ(config.roots.size(), 1U);
  EXPECT_EQ(config.roots[0].name, "default");
  EXPECT_EQ(config.roots[0].path, "/srv/files");
  EXPECT_EQ(config.roots[0].where, "x.yaml:1:7");
}

TEST(ConfigLoader, ReadsOneRootWithItsPolicy) {
  const Config config = parse("root: {path: /srv/files, hidden_files: false}\n");
  EXPECT_EQ(config.roots.at(0).path, "/srv/files");
  EXPECT_FALSE(config.roots.at(0).hidden_files);
}

TEST(ConfigLoader, ReadsSeveralRoots) {
  const Config config = parse(
      "roots:\n"
      "  default: /srv/files\n"
      "  app-logs_2:\n"
      "    path: /var/log/app\n"
      "    follow_symlinks: false\n"
      "    hidden_files: false\n");
  ASSERT_EQ(config.roots.size(), 2U);
  EXPECT_EQ(config.roots[0].name, "default");
  EXPECT_EQ(config.roots[0].path, "/srv/files");
  EXPECT_TRUE(config.roots[0].follow_symlinks);
  EXPECT_EQ(config.roots[1].name, "app-logs_2");
  EXPECT_EQ(config.roots[1].path, "/var/log/app");
  EXPECT_EQ(config.roots[1].where, "x.yaml:4:11");
  EXPECT_FALSE(config.roots[1].follow_symlinks);
  EXPECT_FALSE(config.roots[1].hidden_files);
}

TEST(ConfigLoader, HasNoDefaultRootBesideNamedOnes) {
  const Config config = parse("roots: {logs: /var/log/app}\n");
  ASSERT_EQ(config.roots.size(), 1U);
  EXPECT_EQ(config.roots[0].name, "logs");
}

TEST(ConfigLoader, ReadsEveryLimit) {
  const Config config = parse(
      "limits:\n"
      "  request_bytes: 1KiB\n"
      "  content_bytes: 2 MiB\n"
      "  chunk_bytes: 4096\n"
      "  list_entries: 1\n"
      "  wait_ms: 0\n"
      "  waits_per_peer: 0\n"
      "  waits: 1000000\n"
      "  pool_threads: 256\n"
      "  peer_bytes_in_flight: 65536\n"
      "  bytes_in_flight: 3GiB\n"
      "  peers: 1\n"
      "  memory_bytes: 64MiB\n");
  EXPECT_EQ(config.limits.request_bytes, 1024U);
  EXPECT_EQ(config.limits.content_bytes, 2U << 20);
  EXPECT_EQ(config.limits.chunk_bytes, 4096U);
  EXPECT_EQ(config.limits.list_entries, 1U);
  EXPECT_EQ(config.limits.wait_ms, 0U);
  EXPECT_EQ(config.limits.waits_per_peer, 0U);
  EXPECT_EQ(config.limits.waits, 1000000U);
  EXPECT_EQ(config.limits.pool_threads, 256U);
  EXPECT_EQ(config.limits.peer_bytes_in_flight, 65536U);
  EXPECT_EQ(config.limits.bytes_in_flight, 3ULL << 30);
  EXPECT_EQ(config.limits.peers, 1U);
  EXPECT_EQ(config.limits.memory_bytes, 64U << 20);
}

TEST(ConfigLoader, ReadsEveryLogLevel) {
  EXPECT_EQ(parse("log: {level: error}").log.level, LogLevel::error);
  EXPECT_EQ(parse("log: {level: warning}").log.level, LogLevel::warning);
  EXPECT_EQ(parse("log: {level: notice}").log.level, LogLevel::notice);
  EXPECT_EQ(parse("log: {level: info}").log.level, LogLevel::info);
  EXPECT_EQ(parse("log: {level: debug}").log.level, LogLevel::debug);
}

TEST(ConfigLoader, ReadsWhichRequestsAreLogged) {
  EXPECT_EQ(parse("log: {requests: all}").log.requests, LogRequests::all);
  EXPECT_EQ(parse("log: {requests: errors}").log.requests, LogRequests::errors);
  EXPECT_EQ(parse("log: {requests: none}").log.requests, LogRequests::none);
  EXPECT_EQ(parse("log: {rate: 7}").log.rate, 7U);
  EXPECT_EQ(parse("log: {rate_of_all: 0}").log.rate_of_all, 0U);
}

TEST(ConfigLoader, ReadsTheSecuritySettings) {
  EXPECT_TRUE(parse("security: {allow_plaintext: true}").allow_plaintext);
  EXPECT_FALSE(parse("security: {allow_plaintext: false}").allow_plaintext);
}

TEST(ConfigLoader, ReadsWhichAddressesAreForCurve) {
  const Config config = parse("bind:\n  - tcp://127.0.0.1:1\n  - {address: tcp://*:2, curve: true}\n");
  ASSERT_EQ(config.bind.size(), 2U);
  EXPECT_FALSE(config.bind[0].curve);
  EXPECT_EQ(config.bind[1].address, "tcp://*:2");
  EXPECT_TRUE(config.bind[1].curve);
  EXPECT_EQ(config.bind[1].where, "x.yaml:3:5");
  EXPECT_TRUE(parse("bind: {address: tcp://*:2, curve: true}").bind.at(0).curve);
  EXPECT_FALSE(parse("bind: {address: tcp://*:2}").bind.at(0).curve);
}

TEST(ConfigLoader, SaysWhatIsWrongWithTheMapOfAnAddress) {
  EXPECT_EQ(problems_of("bind: {curve: true}"), Found{"x.yaml:1:7: bind: the key 'address' is missing"});
  EXPECT_EQ(problems_of("bind: {address: tcp://*:2, curve: yes}"),
            Found{"x.yaml:1:35: curve: expected true or false, found 'yes'"});
  EXPECT_EQ(problems_of("bind: [{address: tcp://*:2, crve: true}]"),
            Found{"x.yaml:1:29: bind: unknown key 'crve', expected one of address, curve"});
}

TEST(ConfigLoader, ReadsWhereKeysAre) {
  const Config config = parse("security: {curve: {server_key: /a, authorized_keys: /b}}");
  EXPECT_EQ(config.curve.server_key, "/a");
  EXPECT_EQ(config.curve.authorized_keys, "/b");
  EXPECT_EQ(parse("security: {curve: }").curve.authorized_keys, "/etc/zmq-filer/authorized_keys.d");
  EXPECT_EQ(problems_of("security: {curve: {server_key: a}}"),
            Found{"x.yaml:1:32: server_key: expected an absolute path"});
  EXPECT_EQ(
      problems_of("security: {curve: {key: /a}}"),
      Found{"x.yaml:1:20: security.curve: unknown key 'key', expected one of server_key, authorized_keys"});
}

TEST(ConfigLoader, ReadsWhomARootIsFor) {
  const Config config = parse(
      "roots:\n"
      "  default: /srv\n"
      "  logs:\n"
      "    path: /var/log\n"
      "    allow: {addresses: [192.0.2.0/24], users: [backup, 1000], keys: [laptop]}\n"
      "  shut:\n"
      "    path: /shut\n"
      "    allow:\n");
  EXPECT_FALSE(config.roots[0].allow);
  ASSERT_TRUE(config.roots[1].allow);
  EXPECT_EQ(config.roots[1].allow->addresses.at(0).text, "192.0.2.0/24");
  EXPECT_EQ(config.roots[1].allow->addresses.at(0).where, "x.yaml:5:25");
  EXPECT_EQ(config.roots[1].allow->users.at(1).text, "1000");
  EXPECT_EQ(config.roots[1].allow->keys.at(0).text, "laptop");
  ASSERT_TRUE(config.roots[2].allow);  // nobody, and not everybody
  EXPECT_TRUE(config.roots[2].allow->addresses.empty());
}

TEST(ConfigLoader, SaysWhatIsWrongWithWhomARootIsFor) {
  EXPECT_EQ(problems_of("root: {path: /srv, allow: everybody}"),
            Found{"x.yaml:1:27: allow: expected keys with values, found 'everybody'"});
  EXPECT_EQ(problems_of("root: {path: /srv, allow: {users: backup}}"),
            Found{"x.yaml:1:35: users: expected a list of users of this host, by name or number"});
  EXPECT_EQ(problems_of("root: {path: /srv, allow: {user: [backup]}}"),
            Found{"x.yaml:1:28: allow: unknown key 'user', expected one of addresses, users, keys"});
}

TEST(ConfigLoader, SaysWhatIsWrongWithAnAddress) {
  const std::string expected =
      "expected an address, such as tcp://127.0.0.1:60401 or ipc:///run/x, or a list of them, found ";
  EXPECT_EQ(problems_of("bind:\n"), Found{"x.yaml:1:1: " + expected + "nothing"});
  EXPECT_EQ(problems_of("bind: ''\n"), Found{"x.yaml:1:7: " + expected + "''"});
  EXPECT_EQ(problems_of("bind: []\n"), Found{"x.yaml:1:7: " + expected + "a list"});
  EXPECT_EQ(problems_of("bind: {address: {}}\n"), Found{"x.yaml:1:17: " + expected + "a map"});
  EXPECT_EQ(problems_of("bind: [tcp://127.0.0.1:1, []]\n"), Found{"x.yaml:1:27: " + expected + "a list"});
}

TEST(ConfigLoader, SaysWhatIsWrongWithARoot) {
  const std::string expected = "expected the absolute path of a directory, found ";
  EXPECT_EQ(problems_of("root: [/srv]\n"), Found{"x.yaml:1:7: " + expected + "a list"});
  EXPECT_EQ(problems_of("root: ''\n"), Found{"x.yaml:1:7: " + expected + "''"});
  EXPECT_EQ(problems_of("root: {path: {}}\n"), Found{"x.yaml:1:14: " + expected + "a map"});
  EXPECT_EQ(problems_of("root: {hidden_files: true}\n"),
            Found{"x.yaml:1:7: root 'default': the key 'path' is missing"});
  EXPECT_EQ(problems_of("root: {path: /srv, hidden: true}\n"),
            Found{"x.yaml:1:20: root 'default': unknown key 'hidden', expected one of path, follow_symlinks, "
                  "hidden_files, allow"});
  EXPECT_EQ(problems_of("root: {path: /srv, follow_symlinks: no}\n"),
            Found{"x.yaml:1:37: follow_symlinks: expected true or false, found 'no'"});
}

TEST(ConfigLoader, RefusesBothRootAndRoots) {
  EXPECT_EQ(problems_of("root: /srv\nroots: {logs: /var/log}\n"),
            Found{"x.yaml:2:1: roots: set either 'root' or 'roots', not both"});
}

TEST(ConfigLoader, RefusesNoRootsAtAll) {
  const Found at_least_one = {"x.yaml:1:8: roots: expected at least one root, such as {default: /srv/files}"};
  EXPECT_EQ(problems_of("roots: {}\n"), at_least_one);
  EXPECT_EQ(problems_of("roots: []\n"), at_least_one);
  EXPECT_EQ(problems_of("roots: /srv\n"), at_least_one);
}

TEST(ConfigLoader, RefusesNamesThatCannotNameARoot) {
  const std::string longest(64, 'a');
  EXPECT_EQ(problems_of("roots: {" + longest + ": /srv}\n"), Found{});
  for (const std::string& name :
       {std::string("Logs"), std::string("a b"), std::string("a/b"), std::string("é"), longest + "a"}) {
    EXPECT_EQ(
        problems_of("roots: {" + name + ": /srv}\n"),
        Found{"x.yaml:1:9: roots: '" + name + "' cannot name a root: expected 1 to 64 of a-z, 0-9, - and _"});
  }
}

TEST(ConfigLoader, SaysWhatIsWrongWithALimit) {
  EXPECT_EQ(problems_of("limits: {request_bytes: 1023}\n"),
            Found{"x.yaml:1:25: request_bytes: expected a size from 1KiB to 16MiB, such as 65536 or 64KiB, "
                  "found '1023'"});
  EXPECT_EQ(problems_of("limits: {content_bytes: 1GiB}\n"),
            Found{"x.yaml:1:25: content_bytes: expected a size from 1KiB to 256MiB, such as 65536 or 64KiB, "
                  "found '1GiB'"});
  EXPECT_EQ(problems_of("limits: {peer_bytes_in_flight: 0}\n"),
            Found{"x.yaml:1:32: peer_bytes_in_flight: expected a size from 64KiB to 64GiB, such as 65536 or "
                  "64KiB, found '0'"});
  EXPECT_EQ(problems_of("limits: {bytes_in_flight: 2048GiB}\n"),
            Found{"x.yaml:1:27: bytes_in_flight: expected a size from 64KiB to 1024GiB, such as 65536 or "
                  "64KiB, found '2048GiB'"});
  EXPECT_EQ(problems_of("limits: [1]\n"),
            Found{"x.yaml:1:9: limits: expected keys with values, found a list"});
  EXPECT_EQ(
      problems_of("limits: {people: 1}\n"),
      Found{"x.yaml:1:10: limits: unknown key 'people', expected "
            "one of request_bytes, content_bytes, chunk_bytes, list_entries, wait_ms, waits_per_peer, "
            "waits, pool_threads, deadline_ms, peer_bytes_in_flight, bytes_in_flight, peers, memory_bytes"});
}

TEST(ConfigLoader, SaysWhatIsWrongWithTheLogSettings) {
  EXPECT_EQ(
      problems_of("log: {level: verbose}\n"),
      Found{"x.yaml:1:14: level: expected one of error, warning, notice, info, debug, found 'verbose'"});
  EXPECT_EQ(problems_of("log: {requests: [all]}\n"),
            Found{"x.yaml:1:17: requests: expected one of all, errors, none, found a list"});
  EXPECT_EQ(problems_of("log: {file: x}\n"),
            Found{"x.yaml:1:7: log: unknown key 'file', expected one of level, requests, rate, rate_of_all"});
}

TEST(ConfigLoader, SaysWhatIsWrongWithTheSecuritySettings) {
  EXPECT_EQ(problems_of("security: {allow_plaintext: yes}\n"),
            Found{"x.yaml:1:29: allow_plaintext: expected true or false, found 'yes'"});
  EXPECT_EQ(
      problems_of("security: {allow_plain: true}\n"),
      Found{"x.yaml:1:12: security: unknown key 'allow_plain', expected one of allow_plaintext, curve"});
}

TEST(ConfigLoader, SaysAllThatIsWrongAtOnce) {
  EXPECT_EQ(
      problems_of("bind: []\n"
                  "rots: {}\n"
                  "limits:\n"
                  "  request_bytes: many\n"
                  "log:\n"
                  "  level: loud\n"),
      (Found{"x.yaml:1:7: expected an address, such as tcp://127.0.0.1:60401 or ipc:///run/x, or a list of "
             "them, found a list",
             "x.yaml:4:18: request_bytes: expected a size from 1KiB to 16MiB, such as 65536 or 64KiB, "
             "found 'many'",
             "x.yaml:6:10: level: expected one of error, warning, notice, info, debug, found 'loud'",
             "x.yaml:2:1: the configuration: unknown key 'rots', expected one of bind, root, roots, "
             "shards, limits, log, security"}));
}

TEST(ConfigLoader, KeepsDefaultsInPlaceOfWhatIsWrong) {
  Found found;
  const Config config =
      parse_config("limits: {request_bytes: 1, content_bytes: 1MiB}\nlog: {level: x}\n", "x.yaml", found);
  EXPECT_EQ(found.size(), 2U);
  EXPECT_EQ(config.limits.request_bytes, 64U << 10);
  EXPECT_EQ(config.limits.content_bytes, 1U << 20);
  EXPECT_EQ(config.log.level, LogLevel::info);
}

TEST(ConfigLoader, RefusesWhatAReaderWouldMisread) {
  EXPECT_EQ(problems_of("root: /a\nroot: /b\n"),
            Found{"x.yaml:2:1: duplicate key 'root': it is already set in line 1"});
  EXPECT_EQ(problems_of("limits:\n  request_bytes: 1KiB\n  request_bytes: 2KiB\n"),
            Found{"x.yaml:3:3: duplicate key 'request_bytes': it is already set in line 2"});
  EXPECT_EQ(problems_of("root: &r /srv\n"),
            Found{"x.yaml:1:7: anchors are not supported: write the value out where it is used"});
  EXPECT_EQ(problems_of("root: *r\n"), Found{"x.yaml:1:7: the referenced anchor is not defined"});
  EXPECT_EQ(problems_of("root: !!str /srv\n"),
            Found{"x.yaml:1:7: tags are not supported: 'tag:yaml.org,2002:str'"});
  EXPECT_EQ(problems_of("root: /a\n---\nroot: /b\n"),
            Found{"x.yaml:1:1: holds more than one YAML document, expected one"});
}

TEST(ConfigLoader, RefusesMoreThanOneMebibyte) {
  EXPECT_EQ(problems_of(std::string((1 << 20) + 1, '\n')), Found{"x.yaml:1:1: larger than 1048576 bytes"});
  EXPECT_EQ(problems_of(std::string(1 << 20, '\n')), Found{});
}

TEST(ConfigLoader, RefusesAFileThatIsNoMap) {
  EXPECT_EQ(problems_of("just text\n"),
            Found{"x.yaml:1:1: the configuration: expected keys with values, found 'just text'"});
  EXPECT_EQ(problems_of("[1]\n"),
            Found{"x.yaml:1:1: the configuration: expected keys with values, found a list"});
}

TEST(ConfigLoader, AnswersBytesThatTroubleParsers) {
  for (const std::string& text :
       {std::string("--- |\n..."), std::string(10000, '['), std::string(10000, '{'), std::string("\xff"),
        std::string("root: \0", 7), std::string("root: \"\\0\"\n"), std::string("bind: \xff\xfe"),
        std::string("? root\n"), std::string("root:\troot:\t"), std::string("%\n---"),
        std::string("---\n---\n")}) {
    for (const std::string& problem : problems_of(text))
      EXPECT_TRUE(problem.starts_with("x.yaml:")) << problem;
  }
}

}  // namespace
}  // namespace filer
