#include "cli/commands/commands.hpp"

#include "protocol/reply.hpp"
#include "tests/unit/cli/responder.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace filer {
namespace {

using namespace std::chrono_literals;
using test::Frames;
using test::read_file;
using test::Responder;
using test::TempDirectory;

constexpr ReplyStamp stamp{1, 42};

Responder::Answer serves(const std::string& content) {
  return [content](const std::string&) { return Frames{"", encode_classic_reply(content, stamp)}; };
}

Responder::Answer refuses(ErrorCode code) {
  return [code](const std::string&) {
    return Frames{"", encode_error_reply(code, "no", std::nullopt, stamp)};
  };
}

/// Runs a command against something that answers so, and gives what it printed; status_ is what it returned.
class CommandsTest : public testing::Test {
 protected:
  template <class Command>
  std::string run(const Command& command, const Responder::Answer& answer) {
    const Responder responder([&](const std::string& request) {
      requests.push_back(request);
      return answer(request);
    });
    endpoint = responder.endpoint();
    Connection connection(responder.endpoint(), 20s);
    testing::internal::CaptureStdout();
    try {
      status = run_command(command, connection);
    } catch (const CommandError& error) {
      status = error.status;
      message = error.what();
    }
    return testing::internal::GetCapturedStdout();
  }

  ExitStatus status = ExitStatus::done;
  std::string message;
  std::string endpoint;
  std::vector<std::string> requests;
};

/// Moves into a directory, for commands that write where they are.
class WorkingDirectory {
 public:
  explicit WorkingDirectory(const std::string& path) { std::filesystem::current_path(path); }
  ~WorkingDirectory() { std::filesystem::current_path(old_); }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;

 private:
  std::filesystem::path old_ = std::filesystem::current_path();
};

TEST_F(CommandsTest, GetWritesTheFileItIsTold) {
  const TempDirectory directory;
  EXPECT_EQ(run(GetOptions{"remote/a.txt", directory / "local.txt"}, serves("hello")), "");
  EXPECT_EQ(status, ExitStatus::done);
  EXPECT_EQ(requests, std::vector<std::string>{R"({"path":"remote/a.txt"})"});
  EXPECT_EQ(read_file(directory / "local.txt"), "hello");
}

TEST_F(CommandsTest, GetWritesBytesThatAreNotText) {
  const TempDirectory directory;
  const std::string bytes("\xff\0\n", 3);
  run(GetOptions{"x", directory / "x"}, serves(bytes));
  EXPECT_EQ(read_file(directory / "x"), bytes);
}

TEST_F(CommandsTest, GetWritesTheLastNameIntoADirectory) {
  const TempDirectory directory;
  run(GetOptions{"remote/a.txt", directory.path()}, serves("hello"));
  EXPECT_EQ(read_file(directory / "a.txt"), "hello");
}

TEST_F(CommandsTest, GetWritesTheLastNameHereByDefault) {
  const TempDirectory directory;
  const WorkingDirectory there(directory.path());
  run(GetOptions{"/remote/a.txt", ""}, serves("hello"));
  EXPECT_EQ(read_file(directory / "a.txt"), "hello");
}

TEST_F(CommandsTest, GetWritesToStandardOutput) {
  EXPECT_EQ(run(GetOptions{"x", "-"}, serves("hello\n")), "hello\n");
}

TEST_F(CommandsTest, GetNeedsANameForWhatHasNone) {
  for (const char* path : {"/", "dir/", ".", "..", "dir/.."}) {
    run(GetOptions{path, ""}, serves("hello"));
    EXPECT_EQ(status, ExitStatus::usage) << path;
  }
  EXPECT_TRUE(requests.empty());
}

TEST_F(CommandsTest, GetLeavesNothingBehindWhereItFails) {
  const TempDirectory directory;
  run(GetOptions{"x", directory / "x"}, refuses(ErrorCode::not_found));
  EXPECT_EQ(status, ExitStatus::not_found);
  EXPECT_EQ(message, "no (" + endpoint + " says not_found)");
  EXPECT_EQ(directory.count(), 0U);
}

TEST_F(CommandsTest, GetLeavesAnExistingFileAloneWhereItFails) {
  const TempDirectory directory;
  directory.write("x", "old");
  run(GetOptions{"x", directory / "x"}, [](const std::string&) { return Frames{"", "nonsense"}; });
  EXPECT_EQ(status, ExitStatus::failed);
  EXPECT_EQ(read_file(directory / "x"), "old");
}

TEST_F(CommandsTest, GetFailsOnAReplyWithoutContent) {
  const TempDirectory directory;
  run(GetOptions{"x", directory / "x"}, [](const std::string&) {
    return Frames{"", R"({"timestamp":1,"pid":1})"};
  });
  EXPECT_EQ(status, ExitStatus::failed);
  EXPECT_EQ(directory.count(), 0U);
}

TEST_F(CommandsTest, GetRefusesAPathThatItCannotSend) {
  run(GetOptions{"caf\xe9", "-"}, serves("hello"));
  EXPECT_EQ(status, ExitStatus::usage);
  EXPECT_EQ(message, "'caf\\xe9' is not UTF-8, and this request can carry no other names");
  EXPECT_TRUE(requests.empty());
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
