#include "daemon/log/log_sink.hpp"

#include "base/file_descriptor.hpp"
#include "tests/unit/support/environment.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <string>

namespace filer {
namespace {

using test::EnvironmentVariable;

/// Standard error goes to a file for as long as this exists.
class CapturedStandardError {
 public:
  CapturedStandardError() {
    const UniqueFileDescriptor file(
        ::open((directory_ / "stderr").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    ::dup2(file.get(), STDERR_FILENO);
  }
  ~CapturedStandardError() { ::dup2(saved_.get(), STDERR_FILENO); }
  CapturedStandardError(const CapturedStandardError&) = delete;
  CapturedStandardError& operator=(const CapturedStandardError&) = delete;

  [[nodiscard]] std::string text() const { return test::read_file(directory_ / "stderr"); }

 private:
  test::TempDirectory directory_;
  UniqueFileDescriptor saved_{::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)};
};

std::string device_and_inode(int descriptor) {
  struct stat status {};
  EXPECT_EQ(::fstat(descriptor, &status), 0);
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

TEST(StderrSink, WritesALineWithTimeAndLevel) {
  const CapturedStandardError captured;
  EXPECT_TRUE(make_stderr_sink()->write({LogLevel::warning, {}, "the disk is full", {{"FILER_X", "y"}}}));
  const std::string line = captured.text();
  tm time{};
  const char* rest = ::strptime(line.c_str(), "%Y-%m-%d %H:%M:%S", &time);
  ASSERT_NE(rest, nullptr) << line;
  EXPECT_EQ(*rest, '.') << line;
  EXPECT_EQ(std::string(rest).substr(4), " warning the disk is full\n");
}

TEST(StderrSink, SaysThatAnEntryIsLostWhereNobodyTakesIt) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const CapturedStandardError captured;
  ::dup2(ends[1], STDERR_FILENO);
  ::close(ends[0]);
  ::close(ends[1]);
  const auto handler = ::signal(SIGPIPE, SIG_IGN);
  EXPECT_FALSE(make_stderr_sink()->write({LogLevel::info, {}, "nobody reads this", {}}));
  ::signal(SIGPIPE, handler);
}

TEST(LogSink, TakesTheJournalOnlyWhereSystemdConnectedStandardErrorToIt) {
  {
    const EnvironmentVariable stream("JOURNAL_STREAM", device_and_inode(STDERR_FILENO));
    EXPECT_TRUE(stderr_is_journal());
  }
  {
    const EnvironmentVariable stream("JOURNAL_STREAM", "1:1");
    EXPECT_FALSE(stderr_is_journal());
  }
  {
    const EnvironmentVariable stream("JOURNAL_STREAM", std::nullopt);
    EXPECT_FALSE(stderr_is_journal());
  }
}

/// A shell in the service that sends its standard error elsewhere leaves the variable behind.
TEST(LogSink, NoticesThatStandardErrorWasSentElsewhere) {
  const EnvironmentVariable stream("JOURNAL_STREAM", device_and_inode(STDERR_FILENO));
  const CapturedStandardError captured;
  EXPECT_FALSE(stderr_is_journal());
}

}  // namespace
}  // namespace filer
