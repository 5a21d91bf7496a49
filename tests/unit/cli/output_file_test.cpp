#include "cli/output_file.hpp"

#include "tests/unit/support/temp_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <thread>

namespace filer {
namespace {

using test::read_file;
using test::TempDirectory;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

void write_file(const std::string& path, std::string_view bytes) {
  OutputFile file(path);
  file.write(bytes);
  file.commit();
}

TEST(OutputFile, HoldsWhatWasWritten) {
  const TempDirectory directory;
  const std::string bytes("a\0\xff\n", 4);
  write_file(directory / "file", bytes);
  EXPECT_EQ(read_file(directory / "file"), bytes);
  write_file(directory / "empty", "");
  EXPECT_EQ(read_file(directory / "empty"), "");
}

TEST(OutputFile, AppearsOnlyWhenItIsComplete) {
  const TempDirectory directory;
  OutputFile file(directory / "file");
  file.write("half");
  EXPECT_NE(::access((directory / "file").c_str(), F_OK), 0);
  file.write(" and half");
  file.commit();
  EXPECT_EQ(read_file(directory / "file"), "half and half");
}

TEST(OutputFile, LeavesNothingBehindWithoutCommit) {
  const TempDirectory directory;
  {
    OutputFile file(directory / "file");
    file.write("half");
    EXPECT_EQ(directory.count(), 1U);
  }
  EXPECT_EQ(directory.count(), 0U);
}

TEST(OutputFile, LeavesOnlyItselfBehindAfterCommit) {
  const TempDirectory directory;
  write_file(directory / "file", "x");
  EXPECT_EQ(directory.count(), 1U);
}

TEST(OutputFile, ReplacesAnExistingFileInOneStep) {
  const TempDirectory directory;
  directory.write("file", "old");
  OutputFile file(directory / "file");
  file.write("new");
  EXPECT_EQ(read_file(directory / "file"), "old");
  file.commit();
  EXPECT_EQ(read_file(directory / "file"), "new");
}

TEST(OutputFile, LeavesAnExistingFileAloneWithoutCommit) {
  const TempDirectory directory;
  directory.write("file", "old");
  { OutputFile(directory / "file").write("new"); }
  EXPECT_EQ(read_file(directory / "file"), "old");
}

TEST(OutputFile, HasThePermissionsThatTheUmaskLeaves) {
  const TempDirectory directory;
  const mode_t old = ::umask(027);
  write_file(directory / "careful", "x");
  ::umask(0);
  write_file(directory / "careless", "x");
  EXPECT_EQ(::umask(old), 0U);  // asking for it left it as it was
  EXPECT_EQ(mode_of(directory / "careful"), 0640U);
  EXPECT_EQ(mode_of(directory / "careless"), 0666U);
}

TEST(OutputFile, IsNobodyElsesBusinessUntilItIsComplete) {
  const TempDirectory directory;
  const mode_t old = ::umask(0);
  const OutputFile file(directory / "file");
  ::umask(old);
  ASSERT_EQ(directory.count(), 1U);
  EXPECT_EQ(mode_of(directory / directory.only_name()), 0600U);
}

TEST(OutputFile, SaysWhereItCannotBeMade) {
  const TempDirectory directory;
  try {
    const OutputFile file(directory / "missing/file");
    FAIL() << "made";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ENOENT);
    EXPECT_EQ(std::string(error.what()),
              "create '" + directory.path() + "/missing/file': No such file or directory");
  }
}

TEST(OutputFile, DoesNotTakeThePlaceOfADirectory) {
  const TempDirectory directory;
  directory.make_directory("file");
  EXPECT_THROW(write_file(directory / "file", "x"), std::system_error);
  EXPECT_EQ(directory.count(), 1U);
}

TEST(OutputFile, KeepsThePermissionsOfTheFileItReplaces) {
  const TempDirectory directory;
  ASSERT_EQ(::chmod(directory.write("private", "old").c_str(), 0600), 0);
  write_file(directory / "private", "new");
  EXPECT_EQ(mode_of(directory / "private"), 0600U);
}

TEST(OutputFile, LeavesNoSetUserIdOnNewContent) {
  const TempDirectory directory;
  ASSERT_EQ(::chmod(directory.write("tool", "old").c_str(), 06755), 0);
  write_file(directory / "tool", "new");
  EXPECT_EQ(mode_of(directory / "tool"), 0755U);
}

TEST(OutputFile, ReplacesWhatASymbolicLinkLeadsToAndKeepsTheLink) {
  const TempDirectory directory;
  const TempDirectory elsewhere;
  elsewhere.write("file", "old");
  directory.make_link("link", elsewhere / "file");
  write_file(directory / "link", "new");
  EXPECT_EQ(read_file(elsewhere / "file"), "new");
  struct stat status {};
  ASSERT_EQ(::lstat((directory / "link").c_str(), &status), 0);
  EXPECT_TRUE(S_ISLNK(status.st_mode));
}

TEST(OutputFile, WritesIntoWhatIsNoRegularFile) {
  const TempDirectory directory;
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  const UniqueFileDescriptor reader(::open((directory / "fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  write_file(directory / "fifo", "hello");
  char buffer[16];
  EXPECT_EQ(::read(reader.get(), buffer, sizeof buffer), 5);
  struct stat status {};
  ASSERT_EQ(::lstat((directory / "fifo").c_str(), &status), 0);
  EXPECT_TRUE(S_ISFIFO(status.st_mode));
  EXPECT_EQ(directory.count(), 1U);
}

TEST(OutputFile, LeavesTheNullDeviceWhatItIs) {
  write_file("/dev/null", "hello");
  struct stat status {};
  ASSERT_EQ(::lstat("/dev/null", &status), 0);
  EXPECT_TRUE(S_ISCHR(status.st_mode));
}

TEST(OutputFile, MayHaveTheLongestNameThereIs) {
  const TempDirectory directory;
  write_file(directory / std::string(255, 'n'), "x");
  EXPECT_EQ(directory.only_name(), std::string(255, 'n'));
}

TEST(OutputFile, MayHaveAnyName) {
  const TempDirectory directory;
  for (const char* name : {"-", " ", "XXXXXX", "\xff", "a\nb"}) {
    write_file(directory / name, "x");
    EXPECT_EQ(read_file(directory / name), "x");
  }
}

TEST(WriteAll, SaysWhatCouldNotBeWritten) {
  try {
    write_all(FileDescriptor(), "x", "standard output");
    FAIL() << "written";
  } catch (const std::system_error& error) {
    EXPECT_STREQ(error.what(), "write standard output: Bad file descriptor");
  }
}

TEST(WriteAll, WritesMoreThanAPipeTakesAtOnce) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const UniqueFileDescriptor reader(ends[0]);
  UniqueFileDescriptor writer(ends[1]);
  const std::string bytes(1 << 20, 'x');
  std::string read;
  std::thread thread([&] {
    char buffer[4096];
    for (ssize_t count; (count = ::read(reader.get(), buffer, sizeof buffer)) > 0;) {
      read.append(buffer, static_cast<std::size_t>(count));
    }
  });
  write_all(writer.borrow(), bytes, "the pipe");
  writer = UniqueFileDescriptor();
  thread.join();
  EXPECT_EQ(read, bytes);
}

}  // namespace
}  // namespace filer
