#include "daemon/files/file_content.hpp"

#include "protocol/error_code.hpp"
#include "tests/unit/daemon/files/growing_file.hpp"
#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/support/effective_user.hpp"
#include "tests/unit/support/eventually.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <climits>
#include <cstring>
#include <filesystem>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <thread>

namespace filer {
namespace {

using namespace std::chrono_literals;
using test::ServedRoot;

UniqueFileDescriptor open_file(const std::string& path) {
  return UniqueFileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

std::string read_whole(const std::string& path, std::uint64_t most_bytes = 1 << 20) {
  return std::string(read_whole_file(open_file(path).borrow(), most_bytes));
}

/// The error a file is refused with.
RequestError refusal_of(const std::string& path, std::uint64_t most_bytes) {
  try {
    (void)read_whole(path, most_bytes);
  } catch (const RequestError& error) {
    return error;
  }
  return {ErrorCode::internal, "not refused"};
}

TEST(WholeFile, ReadsAnEmptyFile) {
  const test::TempDirectory directory;
  EXPECT_EQ(read_whole(directory.write("empty", "")), "");
}

TEST(WholeFile, ReadsEveryByteAsItIs) {
  std::string bytes(256, '\0');
  for (std::size_t value = 0; value < bytes.size(); ++value) bytes[value] = static_cast<char>(value);
  const test::TempDirectory directory;
  EXPECT_EQ(read_whole(directory.write("bytes", bytes)), bytes);
}

TEST(WholeFile, ReadsAFileOfExactlyTheLimit) {
  const test::TempDirectory directory;
  for (const std::size_t limit : {1U, 1024U, 4096U, 4097U, 100000U}) {
    const std::string path = directory.write("file", std::string(limit, 'x'));
    EXPECT_EQ(read_whole(path, limit).size(), limit);
  }
}

TEST(WholeFile, RefusesOneByteMoreAndTellsTheSize) {
  const test::TempDirectory directory;
  const RequestError error = refusal_of(directory.write("file", std::string(4097, 'x')), 4096);
  EXPECT_EQ(error.code, ErrorCode::too_large);
  EXPECT_EQ(error.size, 4097U);
  EXPECT_STREQ(error.what(), "larger than the 4096 bytes a classic request can get");
}

TEST(WholeFile, RefusesAHugeFileWithoutReadingIt) {
  const test::TempDirectory directory;
  const std::string path = directory.write("sparse", "");
  std::filesystem::resize_file(path, 1ULL << 40);
  EXPECT_EQ(refusal_of(path, 1 << 20).size, 1ULL << 40);
}

TEST(WholeFile, ReadsAFileThatClaimsToBeEmpty) {
  struct stat status {};
  ASSERT_EQ(::stat("/proc/version", &status), 0);
  ASSERT_EQ(status.st_size, 0);
  EXPECT_EQ(read_whole("/proc/version"), test::read_file("/proc/version"));
  EXPECT_FALSE(read_whole("/proc/version").empty());
}

/// More than fits into the first guess of its size.
TEST(WholeFile, ReadsALongFileThatClaimsToBeEmpty) {
  const std::string symbols = test::read_file("/proc/kallsyms");
  if (symbols.size() < 100000) GTEST_SKIP() << "/proc/kallsyms is short here";
  EXPECT_EQ(read_whole("/proc/kallsyms", 1 << 26).size(), symbols.size());
}

TEST(WholeFile, RefusesAFileThatClaimsToBeEmptyAndIsTooLarge) {
  const std::size_t size = test::read_file("/proc/version").size();
  EXPECT_EQ(read_whole("/proc/version", size).size(), size);
  const RequestError error = refusal_of("/proc/version", size - 1);
  EXPECT_EQ(error.code, ErrorCode::too_large);
  EXPECT_EQ(error.size, std::nullopt);
}

constexpr const char* short_file = "/sys/kernel/mm/transparent_hugepage/enabled";

TEST(WholeFile, ReadsAFileThatIsShorterThanItClaims) {
  const std::string path = short_file;
  struct stat status {};
  if (::stat(short_file, &status) != 0) GTEST_SKIP() << "no " << path << " here";
  const std::string content = test::read_file(path);
  ASSERT_GT(static_cast<std::size_t>(status.st_size), content.size());
  EXPECT_EQ(read_whole(path), content);
}

TEST(WholeFile, ReadsSysfsThroughARoot) {
  if (::access(short_file, R_OK) != 0) GTEST_SKIP() << "no " << short_file << " here";
  const FileStore sysfs({test::root_config("/sys")});
  const std::string content = "content: " + test::read_file(short_file);
  EXPECT_EQ(test::ask(sysfs, short_file), content);
  EXPECT_EQ(test::ask(sysfs, std::string(short_file).substr(5)), content);
}

TEST(WholeFile, RefusesADirectory) {
  const ServedRoot served;
  EXPECT_EQ(served.ask("dir"), "not_a_file");
  EXPECT_EQ(served.ask("dir/"), "not_a_file");
}

TEST(WholeFile, RefusesAFifoWithoutWaitingForItsWriter) {
  const ServedRoot served;
  ASSERT_EQ(::mkfifo((served.host / "root/fifo").c_str(), 0600), 0);
  EXPECT_EQ(served.ask("fifo"), "not_a_file");
}

TEST(WholeFile, RefusesASocket) {
  const ServedRoot served;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = served.host / "root/socket";
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const UniqueFileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(served.ask("socket"), "not_a_file");
}

TEST(WholeFile, RefusesADevice) {
  const ServedRoot served;
  struct statvfs mounted {};
  ASSERT_EQ(::statvfs(served.root().c_str(), &mounted), 0);
  if ((mounted.f_flag & ST_NODEV) != 0) GTEST_SKIP() << "the file system has no devices";
  if (::mknod((served.root() + "/null").c_str(), S_IFCHR | 0600, ::makedev(1, 3)) != 0) {
    GTEST_SKIP() << "making a device takes privileges";
  }
  EXPECT_EQ(served.ask("null"), "not_a_file");
  ASSERT_EQ(::mknod((served.root() + "/absent").c_str(), S_IFBLK | 0600, ::makedev(511, 1)), 0);
  EXPECT_EQ(served.ask("absent"), "not_a_file");
}

TEST(WholeFile, RefusesTheNullDeviceOfTheHost) {
  EXPECT_EQ(test::ask(FileStore({test::root_config("/dev")}), "null"), "not_a_file");
}

TEST(WholeFile, RefusesAFileInPlaceOfADirectory) {
  const ServedRoot served;
  EXPECT_EQ(served.ask("file.txt/inner.txt"), "not_a_directory");
  EXPECT_EQ(served.ask("file.txt/.."), "not_a_directory");
  EXPECT_EQ(served.ask("file.txt/"), "not_a_directory");
}

TEST(WholeFile, ServesANameOf255BytesAndRefusesOneMore) {
  const ServedRoot served;
  const std::string longest(255, 'n');
  served.host.write("root/" + longest, "x");
  EXPECT_EQ(served.ask(longest), "content: x");
  EXPECT_EQ(served.ask(longest + "n"), "name_too_long");
}

TEST(WholeFile, RefusesAPathThatIsTooLong) {
  const ServedRoot served;
  std::string path;
  while (path.size() + 2 < PATH_MAX) path += "./";
  EXPECT_EQ(served.ask(path + "."), "not_a_file");
  EXPECT_EQ(served.ask(path + "./file.txt"), "name_too_long");
  EXPECT_EQ(served.ask(std::string(64 << 10, 'a')), "name_too_long");
  EXPECT_EQ(served.ask(std::string(64 << 10, '/') + "etc/passwd"), "outside_root");
  std::string climb;
  while (climb.size() < 64U << 10) climb += "../";
  EXPECT_EQ(served.ask(climb), "name_too_long");
}

TEST(WholeFile, RefusesWhatTheDaemonMayNotRead) {
  const ServedRoot served;
  ASSERT_EQ(::chmod(served.host.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod((served.root() + "/file.txt").c_str(), 0), 0);
  ASSERT_EQ(::chmod((served.root() + "/dir").c_str(), 0), 0);
  const FileStore store = served.open();
  {
    const test::WithoutPrivileges unprivileged;
    EXPECT_EQ(test::ask(store, "file.txt"), "access_denied");
    EXPECT_EQ(test::ask(store, "dir/inner.txt"), "access_denied");
  }
  ASSERT_EQ(::chmod((served.root() + "/dir").c_str(), 0700), 0);
}

TEST(WholeFile, NeverTakesAFileThatGrowsForALongerOrOtherOne) {
  const test::TempDirectory directory;
  const test::GrowingFile file(directory / "log", 1000, 50us);
  std::set<std::size_t> sizes;
  EXPECT_TRUE(test::eventually([&] {
    try {
      const std::string content = read_whole(directory / "log", 1 << 28);
      EXPECT_EQ(content, test::grown_bytes(content.size()));
      sizes.insert(content.size());
    } catch (const RequestError& error) {
      EXPECT_EQ(error.code, ErrorCode::changed);
    }
    return sizes.size() >= 100;
  }));
  EXPECT_GE(*sizes.begin(), 1000U);
}

/// Four mebibytes take so long to read that the writer has been at it in the meantime, nearly always.
TEST(WholeFile, SaysThatAFileKeepsChanging) {
  const test::TempDirectory directory;
  const test::GrowingFile file(directory / "log", 4 << 20, 0us);
  std::string message;
  const bool changed = test::eventually([&] {
    try {
      (void)read_whole(directory / "log", 1 << 28);
      return false;
    } catch (const RequestError& error) {
      message = error.what();
      return error.code == ErrorCode::changed;
    }
  });
  EXPECT_TRUE(changed);
  EXPECT_EQ(message, "it kept changing while it was read");
}

/// Files that are replaced by rename(2) come whole, however often that happens.
TEST(WholeFile, ReadsOneVersionOfAFileThatIsReplaced) {
  const ServedRoot served;
  const FileStore store = served.open();
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int version = 0; !done; ++version) {
      const auto letter = static_cast<char>('a' + version % 26);
      served.host.write("outside/next",
                        std::string(1000 + 100 * static_cast<std::size_t>(version % 26), letter));
      std::filesystem::rename(served.host / "outside/next", served.host / "root/file.txt");
    }
  });
  for (int round = 0; round < 2000; ++round) {
    const std::string answer = test::ask(store, "file.txt");
    if (answer == "changed" || answer == "content: hello") continue;
    const std::string content = answer.substr(9);
    const auto letter = static_cast<std::size_t>(content.front() - 'a');
    EXPECT_EQ(content, std::string(1000 + 100 * letter, content.front()));
  }
  done = true;
  writer.join();
}

Chunk read_range(const std::string& path, std::uint64_t offset, std::uint64_t length,
                 const std::optional<std::string>& if_match = {}) {
  return read_chunk(open_file(path).borrow(), {offset, length}, {if_match, std::nullopt, false});
}

/// The code that a range is refused with.
ErrorCode refusal_of_range(const std::string& path, std::uint64_t offset,
                           const std::optional<std::string>& if_match = {}) {
  try {
    (void)read_range(path, offset, 10, if_match);
  } catch (const RequestError& error) {
    return error.code;
  }
  return ErrorCode::internal;
}

TEST(Chunk, IsTheRangeCutAtTheEndOfTheFile) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", "0123456789");
  const Chunk middle = read_range(path, 2, 3);
  EXPECT_EQ(middle.bytes, "234");
  EXPECT_EQ(middle.header.size, 10U);
  EXPECT_FALSE(middle.header.eof);
  const Chunk last = read_range(path, 8, 100);
  EXPECT_EQ(last.bytes, "89");
  EXPECT_TRUE(last.header.eof);
  const Chunk exact = read_range(path, 8, 2);
  EXPECT_TRUE(exact.header.eof);
}

TEST(Chunk, AtTheEndIsEmptyAndPastItIsRefused) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", "0123456789");
  EXPECT_EQ(read_range(path, 10, 5).bytes, "");
  EXPECT_TRUE(read_range(path, 10, 5).header.eof);
  EXPECT_EQ(refusal_of_range(path, 11), ErrorCode::range);
  EXPECT_EQ(refusal_of_range(path, std::numeric_limits<std::uint64_t>::max()), ErrorCode::range);
  EXPECT_EQ(refusal_of_range(directory.write("empty", ""), 1), ErrorCode::range);
}

TEST(Chunk, IsReadWithoutASizeToTheEnd) {
  const std::string whole = read_whole("/proc/version");
  const Chunk chunk = read_range("/proc/version", 2, 1000);
  EXPECT_EQ(chunk.bytes, whole.substr(2));
  EXPECT_TRUE(chunk.header.eof);
  const Chunk part = read_range("/proc/version", 2, 3);
  EXPECT_EQ(part.bytes, whole.substr(2, 3));
  EXPECT_FALSE(part.header.eof);
}

TEST(Chunk, IsOfTheFileThatTheEtagTellsOrOfNone) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", "0123456789");
  const std::string etag = read_range(path, 0, 1).header.etag;
  EXPECT_EQ(read_range(path, 0, 1, etag).bytes, "0");
  directory.write("file", "0123456789 and more");
  EXPECT_EQ(refusal_of_range(path, 0, etag), ErrorCode::changed);
}

}  // namespace
}  // namespace filer
