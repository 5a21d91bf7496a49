#include "daemon/files/file_state.hpp"

#include "tests/unit/support/effective_user.hpp"
#include "tests/unit/support/temp_directory.hpp"
#include "tests/unit/support/thrown_errno.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <set>
#include <string>

namespace filer {
namespace {

FileState some_file() {
  FileState state;
  state.device = 1;
  state.inode = 2;
  state.size = 3;
  state.mtime = {4, 5};
  state.ctime = {6, 7};
  state.btime = {8, 1};
  return state;
}

TEST(Etag, IsTheSameForTheSameState) {
  EXPECT_EQ(etag_of(some_file()), etag_of(some_file()));
  EXPECT_TRUE(same_state(some_file(), some_file()));
}

TEST(Etag, ChangesWithEverythingThatTellsThatAFileChanged) {
  const auto change = [](const auto& apply) {
    FileState state = some_file();
    apply(state);
    EXPECT_FALSE(same_state(state, some_file()));
    return etag_of(state);
  };
  const std::set<std::string> etags = {
      etag_of(some_file()),
      change([](FileState& state) { state.device = 9; }),
      change([](FileState& state) { state.inode = 9; }),
      change([](FileState& state) { state.size = 9; }),
      change([](FileState& state) { state.mtime.seconds = 9; }),
      change([](FileState& state) { state.mtime.nanoseconds = 9; }),
      change([](FileState& state) { state.ctime.seconds = 9; }),
      change([](FileState& state) { state.ctime.nanoseconds = 9; }),
  };
  EXPECT_EQ(etags.size(), 8U);
}

TEST(FileId, IsOfTheFileWhateverItHolds) {
  FileState state = some_file();
  state.size = 9;
  state.mtime = state.ctime = {9, 9};
  EXPECT_EQ(id_of(state), id_of(some_file()));
}

TEST(FileId, IsAnotherOneForAFileThatTookTheInode) {
  FileState state = some_file();
  state.btime.nanoseconds = 2;
  EXPECT_NE(id_of(state), id_of(some_file()));
}

TEST(FileState, OfAnOpenFileIsThatOfItsEntry) {
  const test::TempDirectory directory;
  directory.write("file", "hello");
  const UniqueFileDescriptor parent(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const UniqueFileDescriptor file(::openat(parent.get(), "file", O_RDONLY | O_CLOEXEC));
  const FileState state = state_of(file.borrow());
  EXPECT_EQ(state.type, FileType::file);
  EXPECT_EQ(state.size, 5U);
  const auto of_entry = state_of_entry(parent.borrow(), "file");
  ASSERT_TRUE(of_entry);
  EXPECT_TRUE(same_state(state, *of_entry));
  EXPECT_EQ(id_of(state), id_of(*of_entry));
  EXPECT_EQ(state_of_entry(parent.borrow(), "gone"), std::nullopt);
}

FileState state_at(const std::string& path) {
  return state_of(UniqueFileDescriptor(::open(path.c_str(), O_PATH | O_CLOEXEC)).borrow());
}

TEST(FileState, TellsTheTypeAndTheModeOfWhatWasOpened) {
  const test::TempDirectory directory;
  const std::string file = directory.write("file", "");
  ASSERT_EQ(::chmod(file.c_str(), 04751), 0);
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(state_at(file).type, FileType::file);
  EXPECT_EQ(state_at(file).mode, 04751U);
  EXPECT_EQ(state_at(directory.path()).type, FileType::directory);
  EXPECT_EQ(state_at(directory / "fifo").type, FileType::other);
  EXPECT_EQ(state_at("/dev/null").type, FileType::other);
}

TEST(FileId, StaysWhenAFileIsWrittenAnewOrRenamed) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", "hello");
  const std::string id = id_of(state_at(path));
  directory.write("file", "another text");
  EXPECT_EQ(id_of(state_at(path)), id);
  ASSERT_EQ(::rename(path.c_str(), (directory / "log.1").c_str()), 0);
  EXPECT_EQ(id_of(state_at(directory / "log.1")), id);
}

TEST(FileId, IsAnotherOneForAFileThatIsRenamedOver) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", "hello");
  for (int round = 0; round < 10; ++round) {
    const std::string id = id_of(state_at(path));
    ASSERT_EQ(::rename(directory.write("next", "hello").c_str(), path.c_str()), 0);
    EXPECT_NE(id_of(state_at(path)), id);
  }
}

TEST(FileState, OfALinksEntryIsThatOfTheLink) {
  const test::TempDirectory directory;
  ASSERT_EQ(::symlink("nowhere", (directory / "link").c_str()), 0);
  const UniqueFileDescriptor parent(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto state = state_of_entry(parent.borrow(), "link");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->type, FileType::symlink);
}

TEST(FileState, TellsTheMtimeInMilliseconds) {
  FileState state = some_file();
  state.mtime = {1700000000, 123999999};
  EXPECT_EQ(mtime_of(state), 1700000000123);
}

TEST(FileState, TellsWhyItIsNotToBeHad) {
  EXPECT_EQ(test::thrown_errno([] { return state_of(FileDescriptor()); }), EBADF);
}

TEST(FileState, OfAnEntryThatMayNotBeReachedIsRefused) {
  const test::TempDirectory directory;
  directory.write("file", "");
  const UniqueFileDescriptor parent(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(::fchmod(parent.get(), 0600), 0);
  {
    const test::WithoutPrivileges unprivileged;
    EXPECT_EQ(test::thrown_errno([&] { return state_of_entry(parent.borrow(), "file"); }), EACCES);
  }
  ASSERT_EQ(::fchmod(parent.get(), 0700), 0);
}

}  // namespace
}  // namespace filer
