#include "cli/options.hpp"

#include "cli/exit_status.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace filer {
namespace {

using std::chrono::milliseconds;

std::optional<Options> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "zmq-filer");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

template <class Command>
Command parse_command(const std::vector<const char*>& arguments) {
  const auto options = parse(arguments);
  EXPECT_TRUE(options);
  return std::get<Command>(options->command);
}

void expect_refused(const std::vector<const char*>& arguments, const std::string& message) {
  try {
    (void)parse(arguments);
    ADD_FAILURE() << "accepted: " << testing::PrintToString(arguments);
  } catch (const CommandError& error) {
    EXPECT_EQ(error.status, ExitStatus::usage);
    EXPECT_EQ(error.what(), message);
    EXPECT_TRUE(error.hint.starts_with("try 'zmq-filer ") && error.hint.ends_with("--help'")) << error.hint;
  }
}

using Words = std::vector<std::string>;

TEST(ClientOptions, HasDefaults) {
  const auto options = parse({"ping"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->endpoints, Words{});
  EXPECT_EQ(options->timeout, milliseconds(5000));
  EXPECT_FALSE(options->json);
  EXPECT_EQ(options->verbosity, Verbosity::normal);
  EXPECT_EQ(std::get<PingOptions>(options->command).count, 4);
}

TEST(ClientOptions, ReadsTheEndpoint) {
  EXPECT_EQ(parse({"-e", "tcp://[::1]:1", "ping"})->endpoints, Words{"tcp://[::1]:1"});
  EXPECT_EQ(parse({"--endpoint=ipc:///x", "ping"})->endpoints, Words{"ipc:///x"});
}

TEST(ClientOptions, ReadsSeveralEndpointsInTheirOrder) {
  EXPECT_EQ(parse({"-e", "ipc:///b", "cat", "x", "-e", "ipc:///a", "y"})->endpoints,
            (Words{"ipc:///b", "ipc:///a"}));
}

TEST(ClientOptions, ReadsItsOwnOptionsBehindTheCommandToo) {
  const auto options = parse({"get", "x", "-e", "ipc:///x", "--timeout", "1", "--json", "-v"});
  EXPECT_EQ(options->endpoints, Words{"ipc:///x"});
  EXPECT_TRUE(options->json);
  EXPECT_EQ(options->verbosity, Verbosity::verbose);
}

TEST(ClientOptions, RefusesAnEmptyEndpoint) {
  expect_refused({"-e", "", "ping"}, "--endpoint: it is empty");
}

TEST(ClientOptions, ReadsTheTimeoutInSeconds) {
  EXPECT_EQ(parse({"--timeout", "2", "ping"})->timeout, milliseconds(2000));
  EXPECT_EQ(parse({"--timeout", "0.25", "ping"})->timeout, milliseconds(250));
  EXPECT_EQ(parse({"--timeout", "86400", "ping"})->timeout, milliseconds(86400000));
}

TEST(ClientOptions, RefusesATimeoutThatIsNone) {
  for (const char* timeout : {"0", "-1", "0.0001", "86401", "inf", "nan", "soon", "", "1s"}) {
    expect_refused({"--timeout", timeout, "ping"},
                   "--timeout: expected seconds from 0.001 to 86400, not '" + std::string(timeout) + "'");
  }
}

TEST(ClientOptions, ReadsHowMuchIsTold) {
  EXPECT_EQ(parse({"-q", "ping"})->verbosity, Verbosity::quiet);
  EXPECT_EQ(parse({"--verbose", "ping"})->verbosity, Verbosity::verbose);
  expect_refused({"-q", "ping", "-v"}, "--quiet excludes --verbose");
}

TEST(ClientOptions, ReadsGet) {
  const auto get = parse_command<GetOptions>({"get", "a/b.txt"});
  EXPECT_EQ(get.path, "a/b.txt");
  EXPECT_EQ(get.output, "");
  EXPECT_FALSE(get.recursive);
  EXPECT_EQ(parse_command<GetOptions>({"get", "x", "-o", "y"}).output, "y");
  EXPECT_EQ(parse_command<GetOptions>({"get", "--output=-", "x"}).output, "-");
  EXPECT_EQ(parse_command<GetOptions>({"get", "x", "-o", "-"}).output, "-");
  EXPECT_TRUE(parse_command<GetOptions>({"get", "-r", "x"}).recursive);
}

TEST(ClientOptions, ReadsLs) {
  EXPECT_EQ(parse_command<ListOptions>({"ls"}).path, ".");
  const auto ls = parse_command<ListOptions>({"ls", "-lhR", "logs"});
  EXPECT_EQ(ls.path, "logs");
  EXPECT_TRUE(ls.is_long && ls.is_human && ls.recursive);
}

TEST(ClientOptions, ReadsTail) {
  const auto tail = parse_command<TailOptions>({"tail", "-fn", "0", "x"});
  EXPECT_EQ(tail.lines, 0U);
  EXPECT_TRUE(tail.follow);
  EXPECT_EQ(parse_command<TailOptions>({"tail", "x"}).lines, 10U);
}

TEST(ClientOptions, ReadsWatch) {
  const auto watch = parse_command<WatchOptions>({"watch", "a", "-n", "3", "b"});
  EXPECT_EQ(watch.paths, (Words{"a", "b"}));
  EXPECT_EQ(watch.changes, 3U);
  EXPECT_FALSE(parse_command<WatchOptions>({"watch", "a"}).changes);
}

TEST(ClientOptions, ReadsBench) {
  const auto bench = parse_command<BenchOptions>(
      {"bench", "x", "--seconds", "0.5", "--in-flight", "1", "--length", "64KiB"});
  EXPECT_EQ(bench.seconds, 0.5);
  EXPECT_EQ(bench.in_flight, 1U);
  EXPECT_EQ(bench.length, 65536U);
  expect_refused({"bench", "x", "--length", "5x"},
                 "--length: expected bytes, such as 4096 or 64KiB, not '5x'");
}

TEST(ClientOptions, ReadsStats) {
  EXPECT_TRUE(parse_command<StatsOptions>({"stats", "--prometheus"}).prometheus);
  expect_refused({"stats", "--prometheus", "--json"}, "--json and --prometheus exclude each other");
}

TEST(ClientOptions, TakesPathsAsTheyAre) {
  for (const char* path :
       {"[x]", "{}", "[]", "[a,b]", "[[a]]", " ", "a=b", "%%", "\xff", "/", "ping", "x,y", "++"}) {
    EXPECT_EQ(parse_command<GetOptions>({"get", path}).path, path);
    EXPECT_EQ(parse_command<GetOptions>({"get", "x", "-o", path}).output, path);
    EXPECT_EQ(parse_command<StatOptions>({"stat", path, "y", path}).paths, (Words{path, "y", path}));
    EXPECT_EQ(parse_command<SumOptions>({"sum", path}).paths, Words{path});
  }
  EXPECT_EQ(parse_command<GetOptions>({"get", "--", "-x"}).path, "-x");
  EXPECT_EQ(parse_command<CatOptions>({"cat", "--", "-x", "--json"}).paths, (Words{"-x", "--json"}));
}

TEST(ClientOptions, RefusesEmptyPaths) {
  expect_refused({"get", ""}, "PATH: it is empty");
  expect_refused({"stat", "x", ""}, "PATH: it is empty");
}

TEST(ClientOptions, ReadsPing) {
  EXPECT_EQ(parse_command<PingOptions>({"ping", "-c", "1"}).count, 1);
  EXPECT_EQ(parse_command<PingOptions>({"ping", "--count=1000000000"}).count, 1000000000);
  EXPECT_EQ(parse_command<PingOptions>({"ping", "-c", "010"}).count, 10);
}

TEST(ClientOptions, ReadsRequest) {
  const auto request = parse_command<RequestOptions>({"request", R"({"path":"x"})", "-n", "5"});
  EXPECT_EQ(request.json, R"({"path":"x"})");
  EXPECT_EQ(request.count, 5);
  EXPECT_EQ(parse_command<RequestOptions>({"request", "-"}).json, "-");
}

TEST(ClientOptions, TakesTheBytesOfARequestAsTheyAre) {
  for (const char* json : {"{}", "[]", "[1,2]", "[[]]", "\"x\"", " ", "", "null", "a,b", "{\"a\":[1]}"}) {
    EXPECT_EQ(parse_command<RequestOptions>({"request", json}).json, json);
  }
}

TEST(ClientOptions, RefusesCountsThatAreNone) {
  for (const char* count : {"0", "-1", "1000000001", "99999999999999999999", "x", "", "1.5", "+5"}) {
    const std::string expected =
        ": expected a whole number from 1 to 1000000000, not '" + std::string(count) + "'";
    expect_refused({"ping", "-c", count}, "--count" + expected);
    expect_refused({"request", "{}", "-n", count}, "--repeat" + expected);
    expect_refused({"watch", "x", "-n", count}, "--changes" + expected);
  }
}

TEST(ClientOptions, RefusesWhatItDoesNotKnow) {
  constexpr const char* commands =
      "the commands are get, cat, ls, stat, sum, tail, watch, ping, info, stats, bench, request and keygen";
  expect_refused({}, std::string("no command; ") + commands);
  expect_refused({"delete", "x"}, std::string("there is no command 'delete'; ") + commands);
  expect_refused({"get"}, "PATH is required");
  expect_refused({"get", "x", "y"}, "The following argument was not expected: y");
  expect_refused({"--wordy", "ping"}, "The following argument was not expected: --wordy");
  expect_refused({"ping", "ping"}, "The following argument was not expected: ping");
  expect_refused({"-e"}, "--endpoint: 1 required ENDPOINT missing");
}

/// What it prints instead of having anything to do.
std::string printed(const std::vector<const char*>& arguments) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parse(arguments));
  return testing::internal::GetCapturedStdout();
}

TEST(ClientOptions, PrintsTheVersionAndHasNothingMoreToDo) {
  EXPECT_EQ(printed({"--version"}), "zmq-filer " FILER_VERSION "\n");
}

TEST(ClientOptions, PrintsHelpThatFitsIntoATerminal) {
  std::vector<std::vector<const char*>> all = {{"--help"}};
  for (const char* command :
       {"get", "cat", "ls", "stat", "sum", "tail", "watch", "ping", "info", "stats", "bench", "request"}) {
    all.push_back({command, "--help"});
  }
  for (const auto& arguments : all) {
    std::istringstream help(printed(arguments));
    std::size_t count = 0;
    for (std::string line; std::getline(help, line); ++count) {
      EXPECT_LE(line.size(), 80U) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
    EXPECT_GT(count, 5U);
  }
}

TEST(ClientOptions, PrintsAnExampleOfEachCommand) {
  for (const char* command :
       {"get", "cat", "ls", "stat", "sum", "tail", "watch", "ping", "info", "stats", "bench", "request"}) {
    const std::string example = printed({command, "--help"});
    const std::size_t at = example.find("For example:\n  zmq-filer ");
    ASSERT_NE(at, std::string::npos) << command;
    EXPECT_NE(example.find(command, at), std::string::npos) << command;
  }
}

}  // namespace
}  // namespace filer
