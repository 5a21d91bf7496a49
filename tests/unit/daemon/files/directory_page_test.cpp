#include "daemon/files/directory_page.hpp"

#include "protocol/error_code.hpp"
#include "tests/unit/support/effective_user.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/temp_directory.hpp"
#include "tests/unit/support/thrown_errno.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <thread>

namespace filer {
namespace {

DirectoryPage read(const std::string& path, const std::optional<std::string>& after = {},
                   std::size_t most = 1000, bool with_hidden_files = true) {
  const UniqueFileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return read_page(directory.borrow(), {after, most, with_hidden_files});
}

std::map<std::string, FileType> types_of(const DirectoryPage& page) {
  std::map<std::string, FileType> types;
  for (const DirectoryEntry& entry : page.entries) types[entry.name] = entry.type;
  return types;
}

TEST(DirectoryPage, TellsEachEntryByTypeWithoutFollowingLinks) {
  const test::TempDirectory directory;
  directory.write("file", "12345");
  directory.make_directory("directory");
  directory.make_link("link", "/etc/passwd");
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  const DirectoryPage page = read(directory.path());
  const std::map<std::string, FileType> expected = {{"file", FileType::file},
                                                    {"directory", FileType::directory},
                                                    {"link", FileType::symlink},
                                                    {"fifo", FileType::other}};
  EXPECT_EQ(types_of(page), expected);
  EXPECT_FALSE(page.next);
}

TEST(DirectoryPage, TellsTheSizeOfAFile) {
  const test::TempDirectory directory;
  directory.write("file", "12345");
  EXPECT_EQ(read(directory.path()).entries.at(0).size, 5U);
}

TEST(DirectoryPage, OfAnEmptyDirectoryIsEmpty) {
  const test::TempDirectory directory;
  EXPECT_TRUE(read(directory.path()).entries.empty());
}

TEST(DirectoryPage, PagesSeeEveryEntryOnce) {
  const test::TempDirectory directory;
  constexpr int count = 2500;  // more than one buffer of the kernel's holds
  for (int number = 0; number < count; ++number)
    directory.write("a-rather-long-name-" + std::to_string(number), "");
  std::multiset<std::string> seen;
  std::optional<std::string> after;
  do {
    const DirectoryPage page = read(directory.path(), after, 7);
    EXPECT_LE(page.entries.size(), 7U);
    for (const DirectoryEntry& entry : page.entries) seen.insert(entry.name);
    after = page.next;
  } while (after);
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), static_cast<std::size_t>(count));
}

TEST(DirectoryPage, SeesOnceWhatStaysWhileOthersComeAndGo) {
  const test::TempDirectory directory;
  for (int number = 0; number < 300; ++number) {
    directory.write("stays-" + std::to_string(number), "");
    directory.write("goes-" + std::to_string(number), "");
  }
  std::multiset<std::string> seen;
  std::optional<std::string> after;
  int page_number = 0;
  do {
    const DirectoryPage page = read(directory.path(), after, 50);
    for (const DirectoryEntry& entry : page.entries) {
      if (entry.name.starts_with("stays-")) seen.insert(entry.name);
    }
    after = page.next;
    (void)::unlink((directory / ("goes-" + std::to_string(page_number))).c_str());
    directory.write("comes-" + std::to_string(page_number++), "");
  } while (after);
  EXPECT_EQ(seen.size(), 300U);
}

/// The kernel tells many names at once; the last of them go first, before they are looked at.
TEST(DirectoryPage, LeavesOutWhatVanishesWhileItIsRead) {
  const test::TempDirectory directory;
  constexpr int count = 300;
  EXPECT_TRUE(test::eventually([&] {
    for (int number = 0; number < count; ++number) directory.write(std::to_string(number), "");
    const DirectoryPage before = read(directory.path());
    std::thread remover([&] {
      for (auto entry = before.entries.rbegin(); entry != before.entries.rend(); ++entry)
        std::filesystem::remove(directory / entry->name);
    });
    const DirectoryPage page = read(directory.path());
    remover.join();
    return !page.entries.empty() && page.entries.size() < count;
  }));
}

TEST(DirectoryPage, HidesNamesWithALeadingDotWhereTheRootSaysSo) {
  const test::TempDirectory directory;
  directory.write(".hidden", "");
  directory.write("shown", "");
  EXPECT_EQ(read(directory.path()).entries.size(), 2U);
  EXPECT_EQ(types_of(read(directory.path(), {}, 1000, false)),
            (std::map<std::string, FileType>{{"shown", FileType::file}}));
}

TEST(DirectoryPage, KeepsTheBytesOfNames) {
  const test::TempDirectory directory;
  directory.write("bad\xff\nname", "");
  EXPECT_EQ(read(directory.path()).entries.at(0).name, "bad\xff\nname");
}

TEST(DirectoryPage, ChangesItsEtagWhenAnEntryComes) {
  const test::TempDirectory directory;
  const std::string before = read(directory.path()).etag;
  EXPECT_EQ(read(directory.path()).etag, before);
  // Within one tick of the file system's clock a change cannot be told: go on until there is one.
  std::string after = before;
  for (int number = 0; after == before && number < 10000; ++number) {
    directory.write(std::to_string(number), "");
    after = read(directory.path()).etag;
  }
  EXPECT_NE(after, before);
}

TEST(DirectoryPage, RefusesWhatIsNoCursor) {
  const test::TempDirectory directory;
  for (const char* cursor : {"", "x", "-1", "1x", " 1", "99999999999999999999"}) {
    try {
      (void)read(directory.path(), cursor);
      ADD_FAILURE() << cursor;
    } catch (const RequestError& error) {
      EXPECT_EQ(error.code, ErrorCode::bad_request) << cursor;
    }
  }
}

UniqueFileDescriptor open_directory(const std::string& path, int flags = O_RDONLY) {
  return UniqueFileDescriptor(::open(path.c_str(), flags | O_DIRECTORY | O_CLOEXEC));
}

int errno_of(const UniqueFileDescriptor& directory, const std::optional<std::string>& after = {}) {
  return test::thrown_errno([&] { return read_page(directory.borrow(), {after, 1000, true}); });
}

TEST(DirectoryPage, OfADirectoryThatWasRemovedIsRefused) {
  const test::TempDirectory directory;
  directory.make_directory("gone");
  const UniqueFileDescriptor gone = open_directory(directory / "gone");
  ASSERT_EQ(::rmdir((directory / "gone").c_str()), 0);
  EXPECT_EQ(errno_of(gone), ENOENT);
}

TEST(DirectoryPage, OfADirectoryThatMayNotBeEnteredIsRefused) {
  const test::TempDirectory directory;
  directory.write("file", "");
  const UniqueFileDescriptor opened = open_directory(directory.path());
  ASSERT_EQ(::fchmod(opened.get(), 0600), 0);
  {
    const test::WithoutPrivileges unprivileged;
    EXPECT_EQ(errno_of(opened), EACCES);
  }
  ASSERT_EQ(::fchmod(opened.get(), 0700), 0);
}

TEST(DirectoryPage, OfWhatWasNotOpenedForReadingIsRefused) {
  const test::TempDirectory directory;
  const UniqueFileDescriptor opened = open_directory(directory.path(), O_PATH);
  EXPECT_EQ(errno_of(opened), EBADF);
  EXPECT_EQ(errno_of(opened, "1"), EBADF);
}

}  // namespace
}  // namespace filer
