#include "cli/download/partial_file.hpp"

#include "cli/exit_status.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>

namespace filer {
namespace {

using test::read_file;
using test::TempDirectory;

constexpr std::uint32_t usual_mode = 0644;

struct stat status_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  return status;
}

mode_t mode_of(const std::string& path) {
  return status_of(path).st_mode & 07777;
}

PartialFile file_in(const std::string& directory, const std::string& name) {
  auto open_directory = [directory] { return std::make_shared<const LocalDirectory>(directory); };
  return {open_directory, name, directory + "/" + name, true};
}

void write_file(const TempDirectory& directory, const std::string& name, std::string_view bytes,
                std::uint32_t mode = usual_mode) {
  PartialFile file = file_in(directory.path(), name);
  file.begin(0);
  file.write(bytes);
  file.commit(mode, 0);
}

/// What a process leaves that ends in the middle of a download.
void leave_part(const TempDirectory& directory, const std::string& name, const PartialRecord& record,
                std::string_view bytes) {
  PartialFile file = file_in(directory.path(), name);
  file.begin(0);
  file.record(record);
  file.write(bytes);
}

/// The path of the one name in it that ends so.
std::string find_suffix(const TempDirectory& directory, std::string_view suffix) {
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    if (entry.path().string().ends_with(suffix)) return entry.path();
  }
  ADD_FAILURE() << "nothing ends in " << suffix;
  return {};
}

TEST(PartialFile, HoldsWhatWasWritten) {
  const TempDirectory directory;
  const std::string bytes("a\0\xff\n", 4);
  write_file(directory, "file", bytes);
  EXPECT_EQ(read_file(directory / "file"), bytes);
  write_file(directory, "empty", "");
  EXPECT_EQ(read_file(directory / "empty"), "");
}

TEST(PartialFile, AppearsOnlyWhenItIsComplete) {
  const TempDirectory directory;
  PartialFile file = file_in(directory.path(), "file");
  file.begin(0);
  file.write("half");
  EXPECT_NE(::access((directory / "file").c_str(), F_OK), 0);
  file.write(" and half");
  file.commit(usual_mode, 0);
  EXPECT_EQ(read_file(directory / "file"), "half and half");
}

TEST(PartialFile, LeavesNothingBehindWhereItIsDiscarded) {
  const TempDirectory directory;
  PartialFile file = file_in(directory.path(), "file");
  file.begin(0);
  file.record({"x", "etag", 8});
  file.write("half");
  file.discard();
  EXPECT_EQ(directory.count(), 0U);
}

TEST(PartialFile, LeavesOnlyItselfBehindAfterCommit) {
  const TempDirectory directory;
  PartialFile file = file_in(directory.path(), "file");
  file.begin(0);
  file.record({"x", "etag", 1});
  file.write("x");
  file.commit(usual_mode, 0);
  EXPECT_EQ(directory.only_name(), "file");
}

TEST(PartialFile, ReplacesAnExistingFileInOneStep) {
  const TempDirectory directory;
  directory.write("file", "old");
  PartialFile file = file_in(directory.path(), "file");
  file.begin(0);
  file.write("new");
  EXPECT_EQ(read_file(directory / "file"), "old");
  file.commit(usual_mode, 0);
  EXPECT_EQ(read_file(directory / "file"), "new");
}

TEST(PartialFile, LeavesAnExistingFileAloneWhereItIsDiscarded) {
  const TempDirectory directory;
  directory.write("file", "old");
  PartialFile file = file_in(directory.path(), "file");
  file.begin(0);
  file.write("new");
  file.discard();
  EXPECT_EQ(read_file(directory / "file"), "old");
  EXPECT_EQ(directory.count(), 1U);
}

TEST(PartialFile, HasThePermissionsThatItIsGiven) {
  const TempDirectory directory;
  const mode_t old = ::umask(077);
  write_file(directory, "new", "x", 0640);
  directory.write("replaced", "old");
  write_file(directory, "replaced", "x", 0444);
  ::umask(old);
  EXPECT_EQ(mode_of(directory / "new"), 0640U);
  EXPECT_EQ(mode_of(directory / "replaced"), 0444U);
}

TEST(PartialFile, LeavesNoSetUserIdOnNewContent) {
  const TempDirectory directory;
  ASSERT_EQ(::chmod(directory.write("tool", "old").c_str(), 06755), 0);
  write_file(directory, "tool", "new", 07755);
  EXPECT_EQ(mode_of(directory / "tool"), 0755U);
}

TEST(PartialFile, HasTheTimeThatItIsGiven) {
  const TempDirectory directory;
  for (const std::int64_t mtime : {std::int64_t{1600000000123}, std::int64_t{-1}}) {
    PartialFile file = file_in(directory.path(), "file");
    file.begin(0);
    file.commit(usual_mode, mtime);
    const timespec time = status_of(directory / "file").st_mtim;
    EXPECT_EQ(time.tv_sec * 1000 + time.tv_nsec / 1000000, mtime);
  }
}

TEST(PartialFile, IsNobodyElsesBusinessUntilItIsComplete) {
  const TempDirectory directory;
  const mode_t old = ::umask(0);
  leave_part(directory, "file", {"x", "etag", 8}, "half");
  ::umask(old);
  EXPECT_EQ(directory.count(), 2U);
  EXPECT_EQ(mode_of(find_suffix(directory, ".part")), 0600U);
  EXPECT_EQ(mode_of(find_suffix(directory, ".json")), 0600U);
}

TEST(PartialFile, SaysWhereItCannotBeMade) {
  const TempDirectory directory;
  try {
    file_in(directory / "missing", "file").begin(0);
    FAIL() << "made";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ENOENT);
    EXPECT_EQ(std::string(error.what()),
              "open '" + directory.path() + "/missing': No such file or directory");
  }
}

TEST(PartialFile, DoesNotTakeThePlaceOfADirectory) {
  const TempDirectory directory;
  directory.make_directory("file");
  EXPECT_THROW(write_file(directory, "file", "x"), std::system_error);
  EXPECT_TRUE(S_ISDIR(status_of(directory / "file").st_mode));
}

TEST(PartialFile, MayHaveTheLongestNameThereIs) {
  const TempDirectory directory;
  const std::string name(255, 'n');
  leave_part(directory, name, {"x", "etag", 2}, "x");
  write_file(directory, name, "x");
  EXPECT_EQ(directory.only_name(), name);
}

TEST(PartialFile, MayHaveAnyName) {
  const TempDirectory directory;
  for (const char* name : {"-", " ", "XXXXXX", "\xff", "a\nb"}) {
    write_file(directory, name, "x");
    EXPECT_EQ(read_file(directory / name), "x");
  }
}

TEST(PartialFile, TakesUpWhatAnotherOneLeft) {
  const TempDirectory directory;
  const PartialRecord record{"remote/file", "etag", 8};
  leave_part(directory, "file", record, "half and ha");
  PartialFile file = file_in(directory.path(), "file");
  const auto kept = file.find_kept();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->record, record);
  EXPECT_EQ(kept->bytes, 11U);
  file.begin(4);
  file.write("-time");
  file.commit(usual_mode, 0);
  EXPECT_EQ(read_file(directory / "file"), "half-time");
}

TEST(PartialFile, KeepsNothingWithoutARecord) {
  const TempDirectory directory;
  EXPECT_FALSE(file_in(directory.path(), "file").find_kept());
  leave_part(directory, "file", {"x", "etag", 8}, "half");
  ASSERT_EQ(::truncate(find_suffix(directory, ".json").c_str(), 10), 0);
  EXPECT_FALSE(file_in(directory.path(), "file").find_kept());
}

TEST(PartialFile, KeepsNothingOfAnother) {
  const TempDirectory directory;
  leave_part(directory, "one", {"x", "etag", 8}, "half");
  EXPECT_FALSE(file_in(directory.path(), "two").find_kept());
}

TEST(PartialFile, IsResumableOnceSomethingOfAKnownFileIsThere) {
  const TempDirectory directory;
  PartialFile file = file_in(directory.path(), "file");
  EXPECT_FALSE(file.is_resumable());
  file.begin(0);
  file.record({"x", "etag", 8});
  EXPECT_FALSE(file.is_resumable());
  file.write("x");
  EXPECT_TRUE(file.is_resumable());
}

TEST(PartialFile, HashesWhatIsThere) {
  const TempDirectory directory;
  leave_part(directory, "file", {"x", "etag", 8}, "hello");
  PartialFile file = file_in(directory.path(), "file");
  ASSERT_TRUE(file.find_kept());
  ContentDigests digests(false);
  file.hash_kept(digests, {1, 3});
  EXPECT_EQ(digests.whole(), sha256_of("ell"));
}

TEST(PartialFile, IsWorkedOnByOneAtATime) {
  const TempDirectory directory;
  PartialFile first = file_in(directory.path(), "file");
  first.begin(0);
  try {
    file_in(directory.path(), "file").begin(0);
    FAIL() << "both";
  } catch (const CommandError& error) {
    EXPECT_TRUE(std::string(error.what()).find("is being downloaded by") != std::string::npos);
    EXPECT_FALSE(error.hint.empty());
  }
}

TEST(PartialFile, WritesThroughNoLinkThatLiesInItsPlace) {
  const TempDirectory directory;
  const TempDirectory elsewhere;
  leave_part(directory, "file", {"x", "etag", 8}, "half");
  const std::string partial = find_suffix(directory, ".part");
  const std::string precious = elsewhere.write("precious", "old");
  ASSERT_EQ(::unlink(partial.c_str()), 0);
  ASSERT_EQ(::symlink(precious.c_str(), partial.c_str()), 0);
  EXPECT_THROW(write_file(directory, "file", "new"), std::system_error);
  ASSERT_EQ(::unlink(partial.c_str()), 0);
  ASSERT_EQ(::link(precious.c_str(), partial.c_str()), 0);
  EXPECT_THROW(write_file(directory, "file", "new"), CommandError);
  EXPECT_EQ(read_file(precious), "old");
}

TEST(PartialFile, NamesWhatIsNotCompleteSoThatItIsKnown) {
  const TempDirectory directory;
  leave_part(directory, "file", {"x", "etag", 8}, "half");
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    EXPECT_TRUE(is_partial_name(entry.path().filename().string())) << entry.path();
  }
  EXPECT_FALSE(is_partial_name("file"));
  EXPECT_FALSE(is_partial_name("file.part"));
  EXPECT_FALSE(is_partial_name(".zmq-filer.conf"));
}

}  // namespace
}  // namespace filer
