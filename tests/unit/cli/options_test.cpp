#include "cli/options.hpp"

#include "cli/exit_status.hpp"

#include <gtest/gtest.h>

#include <optional>
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

void expect_refused(const std::vector<const char*>& arguments) {
  try {
    (void)parse(arguments);
    ADD_FAILURE() << "accepted: " << testing::PrintToString(arguments);
  } catch (const CommandError& error) {
    EXPECT_EQ(error.status, ExitStatus::usage);
    EXPECT_EQ(error.hint, "try 'zmq-filer --help'");
  }
}

TEST(ClientOptions, HasDefaults) {
  const auto options = parse({"ping"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->endpoint, "");
  EXPECT_EQ(options->timeout, milliseconds(5000));
  EXPECT_EQ(std::get<PingOptions>(options->command).count, 4);
}

TEST(ClientOptions, ReadsTheEndpoint) {
  EXPECT_EQ(parse({"-e", "tcp://[::1]:1", "ping"})->endpoint, "tcp://[::1]:1");
  EXPECT_EQ(parse({"--endpoint=ipc:///x", "ping"})->endpoint, "ipc:///x");
}

TEST(ClientOptions, ReadsItsOwnOptionsBehindTheCommandToo) {
  EXPECT_EQ(parse({"get", "x", "-e", "ipc:///x", "--timeout", "1"})->endpoint, "ipc:///x");
}

TEST(ClientOptions, RefusesAnEmptyEndpoint) {
  EXPECT_THROW((void)parse({"-e", "", "ping"}), CommandError);
}

TEST(ClientOptions, ReadsTheTimeoutInSeconds) {
  EXPECT_EQ(parse({"--timeout", "2", "ping"})->timeout, milliseconds(2000));
  EXPECT_EQ(parse({"--timeout", "0.25", "ping"})->timeout, milliseconds(250));
  EXPECT_EQ(parse({"--timeout", "86400", "ping"})->timeout, milliseconds(86400000));
}

TEST(ClientOptions, RefusesATimeoutThatIsNone) {
  for (const char* timeout : {"0", "-1", "0.0001", "86401", "inf", "soon", "", "1s"}) {
    expect_refused({"--timeout", timeout, "ping"});
  }
}

TEST(ClientOptions, RefusesATimeoutThatIsNotANumber) {
  EXPECT_THROW((void)parse({"--timeout", "nan", "ping"}), CommandError);
}

TEST(ClientOptions, ReadsGet) {
  const auto get = parse_command<GetOptions>({"get", "a/b.txt"});
  EXPECT_EQ(get.path, "a/b.txt");
  EXPECT_EQ(get.output, "");
  EXPECT_EQ(parse_command<GetOptions>({"get", "x", "-o", "y"}).output, "y");
  EXPECT_EQ(parse_command<GetOptions>({"get", "--output=-", "x"}).output, "-");
  EXPECT_EQ(parse_command<GetOptions>({"get", "x", "-o", "-"}).output, "-");
}

TEST(ClientOptions, TakesPathsAsTheyAre) {
  for (const char* path : {"[x]", "{}", "[a,b]", " ", "a=b", "%%", "\xff", "/", "ping", "x,y"}) {
    EXPECT_EQ(parse_command<GetOptions>({"get", path}).path, path);
    EXPECT_EQ(parse_command<GetOptions>({"get", "x", "-o", path}).output, path);
  }
  EXPECT_EQ(parse_command<GetOptions>({"get", "--", "-x"}).path, "-x");
}

TEST(ClientOptions, ReadsPing) {
  EXPECT_EQ(parse_command<PingOptions>({"ping", "-c", "1"}).count, 1);
  EXPECT_EQ(parse_command<PingOptions>({"ping", "--count=1000000000"}).count, 1000000000);
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
  for (const char* count : {"0", "-1", "1000000001", "99999999999999999999", "x", "", "1.5"}) {
    expect_refused({"ping", "-c", count});
    expect_refused({"request", "{}", "-n", count});
  }
}

TEST(ClientOptions, RefusesWhatItDoesNotKnow) {
  expect_refused({});
  expect_refused({"delete", "x"});
  expect_refused({"get"});
  expect_refused({"get", "x", "y"});
  expect_refused({"--verbose", "ping"});
  expect_refused({"ping", "ping"});
  expect_refused({"ping", "get", "x"});
  expect_refused({"-e"});
}

TEST(ClientOptions, PrintsHelpAndVersionAndHasNothingMoreToDo) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parse({"--version"}));
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "zmq-filer " FILER_VERSION "\n");
  for (const auto& arguments : {std::vector{"--help"}, std::vector{"get", "--help"}}) {
    testing::internal::CaptureStdout();
    EXPECT_FALSE(parse(arguments));
    EXPECT_FALSE(testing::internal::GetCapturedStdout().empty());
  }
}

}  // namespace
}  // namespace filer
