#include "cli/reply.hpp"

#include "cli/client.hpp"
#include "protocol/error_code.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace filer {
namespace {

DaemonError failed(const std::string& code, const std::string& message = "the message") {
  return {RemoteError{code, message, std::nullopt}, "tcp://host:1"};
}

TEST(Reply, HasAnExitStatusForEveryCode) {
  for (const std::string_view name : error_code_names) {
    ExitStatus expected = ExitStatus::failed;
    if (name == "not_found") expected = ExitStatus::not_found;
    if (name == "outside_root" || name == "access_denied") expected = ExitStatus::refused;
    if (name == "changed") expected = ExitStatus::changed;
    EXPECT_EQ(exit_status_of({std::string(name), "", std::nullopt}), expected) << name;
  }
}

TEST(Reply, FailsOnACodeOfANewerDaemon) {
  EXPECT_EQ(exit_status_of({"not_today", "", std::nullopt}), ExitStatus::failed);
  EXPECT_EQ(failed("not_today").hint, "the daemon may be newer than this client");
}

/// The statuses are for scripts, for ever.
TEST(Reply, HasTheDocumentedExitStatuses) {
  EXPECT_EQ(static_cast<int>(ExitStatus::done), 0);
  EXPECT_EQ(static_cast<int>(ExitStatus::failed), 1);
  EXPECT_EQ(static_cast<int>(ExitStatus::usage), 2);
  EXPECT_EQ(static_cast<int>(ExitStatus::not_found), 3);
  EXPECT_EQ(static_cast<int>(ExitStatus::refused), 4);
  EXPECT_EQ(static_cast<int>(ExitStatus::unreachable), 5);
  EXPECT_EQ(static_cast<int>(ExitStatus::changed), 6);
  EXPECT_EQ(static_cast<int>(ExitStatus::interrupted), 130);
}

TEST(Reply, SaysWhatTheDaemonSaysAndWhichDaemon) {
  const DaemonError error = failed("not_found", "'x': no such file");
  EXPECT_STREQ(error.what(), "'x': no such file (tcp://host:1 says not_found)");
  EXPECT_EQ(error.status, ExitStatus::not_found);
}

TEST(Reply, EscapesWhatTheDaemonSays) {
  EXPECT_STREQ(failed("\x1b]0;x\x07", "a\nb\u202e").what(),
               "a\\nb\\u{202e} (tcp://host:1 says \\x1b]0;x\\x07)");
}

TEST(Reply, SaysWhatToTryWhereThereIsSomething) {
  for (const char* code : {"outside_root", "access_denied", "unknown_root", "not_a_file", "too_large",
                           "changed", "busy", "timeout", "internal", "io_error"}) {
    EXPECT_FALSE(failed(code).hint.empty()) << code;
  }
}

TEST(Reply, DecodesItsFirstFrame) {
  EXPECT_EQ(decode_header({R"({"content":"x","timestamp":1,"pid":2})", "more"}, "tcp://host:1").content(),
            "x");
}

TEST(Reply, FailsOnWhatIsNoReply) {
  try {
    (void)decode_header({"HTTP/1.1 400"}, "tcp://host:1");
    FAIL() << "accepted";
  } catch (const CommandError& error) {
    EXPECT_EQ(error.status, ExitStatus::failed);
    EXPECT_TRUE(std::string(error.what()).starts_with("tcp://host:1 sent something that is no reply: "));
    EXPECT_FALSE(error.hint.empty());
  }
}

}  // namespace
}  // namespace filer
