#include "tests/unit/cli/commands/command_test.hpp"

#include <unistd.h>

#include <algorithm>

namespace filer {
namespace {

using test::CommandTest;
using test::Frames;
using test::Responder;
using test::stamp;

class CommandsTest : public CommandTest {};

Responder::Answer serves(const std::string& content) {
  return [content](const std::string&) { return Frames{"", encode_classic_reply(content, stamp)}; };
}

Responder::Answer refuses(ErrorCode code) {
  return [code](const std::string&) {
    return Frames{"", encode_error_reply(code, "no", std::nullopt, stamp)};
  };
}

TEST_F(CommandsTest, RequestPrintsEachFrameOfEachReply) {
  const std::string output = run(RequestOptions{"{}", 2}, [](const std::string&) {
    return Frames{"", R"({"timestamp":1,"pid":1})", "data"};
  });
  EXPECT_EQ(output, "{\"timestamp\":1,\"pid\":1}\ndata\n{\"timestamp\":1,\"pid\":1}\ndata\n");
  EXPECT_EQ(requests, (std::vector<std::string>{"{}", "{}"}));
}

TEST_F(CommandsTest, RequestPrintsAnErrorAndExitsByIt) {
  const std::string output = run(RequestOptions{"{}", 1}, refuses(ErrorCode::outside_root));
  EXPECT_EQ(output, R"({"error":{"code":"outside_root","message":"no"},"timestamp":1,"pid":42})"
                    "\n");
  EXPECT_EQ(status, ExitStatus::refused);
}

TEST_F(CommandsTest, RequestReadsStandardInput) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string bytes("\0{\xff", 3);
  ASSERT_EQ(::write(ends[1], bytes.data(), bytes.size()), 3);
  ::close(ends[1]);
  const int saved = ::dup(STDIN_FILENO);
  ::dup2(ends[0], STDIN_FILENO);
  ::close(ends[0]);
  run(RequestOptions{"-", 1}, serves("x"));
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  EXPECT_EQ(requests, std::vector<std::string>{bytes});
}

TEST_F(CommandsTest, PingPrintsALineForEachRoundTripAndASummary) {
  const std::string output = run(PingOptions{3}, [](const std::string&) {
    return Frames{"", encode_hello_reply({}, stamp)};
  });
  EXPECT_EQ(std::count(output.begin(), output.end(), '\n'), 4);
  EXPECT_TRUE(output.starts_with(endpoint + ": pid 42, ")) << output;
  EXPECT_NE(output.find("\n3 round trips: min "), std::string::npos) << output;
  EXPECT_EQ(requests, std::vector<std::string>(4, R"({"op":"hello"})"));
}

TEST_F(CommandsTest, PingFailsWhereTheDaemonDoes) {
  run(PingOptions{3}, refuses(ErrorCode::unknown_op));
  EXPECT_EQ(status, ExitStatus::failed);
}

}  // namespace
}  // namespace filer
