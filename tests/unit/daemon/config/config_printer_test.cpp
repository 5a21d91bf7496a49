#include "daemon/config/config_printer.hpp"

#include "daemon/config/config_loader.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace filer {
namespace {

Config parse(const std::string& text) {
  std::vector<std::string> problems;
  Config config = parse_config(text, "x.yaml", problems);
  EXPECT_EQ(problems, std::vector<std::string>{}) << text;
  return config;
}

TEST(ConfigPrinter, PrintsEveryKey) {
  EXPECT_EQ(print_config(Config()),
            "bind:\n"
            "  - \"tcp://127.0.0.1:60401\"\n"
            "roots:\n"
            "  \"default\":\n"
            "    path: \"/srv/zmq-filer\"\n"
            "    follow_symlinks: true\n"
            "    hidden_files: true\n"
            "shards: 0\n"
            "limits:\n"
            "  request_bytes: 64KiB\n"
            "  content_bytes: 16MiB\n"
            "  chunk_bytes: 1MiB\n"
            "  list_entries: 1000\n"
            "  wait_ms: 60000\n"
            "  waits_per_peer: 16\n"
            "  waits: 10000\n"
            "  pool_threads: 8\n"
            "  deadline_ms: 30000\n"
            "  peer_bytes_in_flight: 16MiB\n"
            "  bytes_in_flight: 128MiB\n"
            "  peers: 10000\n"
            "  memory_bytes: 448MiB\n"
            "log:\n"
            "  level: info\n"
            "  requests: all\n"
            "  rate: 1000\n"
            "  rate_of_all: 5000\n"
            "security:\n"
            "  allow_plaintext: false\n"
            "  curve:\n"
            "    authorized_keys: \"/etc/zmq-filer/authorized_keys.d\"\n");
}

TEST(ConfigPrinter, PrintsWhatTheLoaderReadsBack) {
  Config config;
  config.bind = {{"tcp://[::1]:*", ""}, {"ipc://@x y", "", true}};
  config.roots = {{"default", "/srv/a: b #c", false, true, ""}, {"logs", "/var/log", true, false, ""}};
  config.roots[1].allow = {{{"192.0.2.0/24", ""}}, {{"backup", ""}, {"007", ""}}, {}};
  config.curve = {"/etc/a key", "/etc/keys: d"};
  config.shards = 3;
  config.limits = {1025, 1 << 20, 8192, 7, 11, 12, 13, 14, 15, 3ULL << 30, 65537};
  config.log = {LogLevel::debug, LogRequests::none, 16, 17};
  config.allow_plaintext = true;
  const std::string text = print_config(config);
  const Config again = parse(text);
  ASSERT_EQ(again.bind.size(), 2U);
  EXPECT_EQ(again.bind[0].address, "tcp://[::1]:*");
  EXPECT_EQ(again.bind[1].address, "ipc://@x y");
  EXPECT_FALSE(again.bind[0].curve);
  EXPECT_TRUE(again.bind[1].curve);
  ASSERT_EQ(again.roots.size(), 2U);
  EXPECT_EQ(again.roots[0].path, "/srv/a: b #c");
  EXPECT_FALSE(again.roots[0].follow_symlinks);
  EXPECT_TRUE(again.roots[0].hidden_files);
  EXPECT_EQ(again.roots[1].name, "logs");
  EXPECT_FALSE(again.roots[1].hidden_files);
  EXPECT_EQ(again.limits.request_bytes, 1025U);
  EXPECT_EQ(again.limits.content_bytes, 1U << 20);
  EXPECT_EQ(again.limits.chunk_bytes, 8192U);
  EXPECT_EQ(again.limits.list_entries, 7U);
  EXPECT_EQ(again.limits.wait_ms, 11U);
  EXPECT_EQ(again.limits.waits_per_peer, 12U);
  EXPECT_EQ(again.limits.waits, 13U);
  EXPECT_EQ(again.limits.pool_threads, 14U);
  EXPECT_EQ(again.limits.peer_bytes_in_flight, 3ULL << 30);
  EXPECT_EQ(again.limits.bytes_in_flight, 65537U);
  EXPECT_EQ(again.log.level, LogLevel::debug);
  EXPECT_EQ(again.log.requests, LogRequests::none);
  EXPECT_EQ(again.log.rate, 16U);
  EXPECT_EQ(again.log.rate_of_all, 17U);
  EXPECT_TRUE(again.allow_plaintext);
  EXPECT_FALSE(again.roots[0].allow);
  ASSERT_TRUE(again.roots[1].allow);
  ASSERT_EQ(again.roots[1].allow->users.size(), 2U);
  EXPECT_EQ(again.roots[1].allow->users[1].text, "007");
  EXPECT_EQ(again.curve.server_key, "/etc/a key");
  EXPECT_EQ(print_config(again), text);
}

TEST(ConfigPrinter, PrintsAnyPathThatTheLoaderCanHaveRead) {
  for (const char* path :
       {"/a\nb", "/a\tb\r", "/\"quoted\"", "/it's", "/back\\slash", "/\x01\x1f\x7f", "/日本/🦀",
        "/ trailing ", "/#", "/: ", "/\u202e", "/\u2028", "/\ufeff", "/null", "/\u0085"}) {
    Config config;
    config.roots[0].path = path;
    EXPECT_EQ(parse(print_config(config)).roots.at(0).path, path);
  }
}

/// The installed file has every setting in comments, with its default: what it says must be so.
TEST(ConfigPrinter, TheInstalledFileTellsTheDefaults) {
  const std::string text = test::read_file(FILER_CONFIG_DIRECTORY "/zmq-filerd.yaml");
  EXPECT_EQ(print_config(parse(text)), print_config(Config()));
  std::istringstream settings(text.substr(text.find("#limits:")));
  std::string uncommented;
  for (std::string line; std::getline(settings, line);) {
    if (line.starts_with('#')) uncommented += line.substr(1) + "\n";
  }
  EXPECT_NE(uncommented.find("allow_plaintext: false"), std::string::npos);
  EXPECT_EQ(print_config(parse(uncommented)), print_config(Config()));
}

}  // namespace
}  // namespace filer
