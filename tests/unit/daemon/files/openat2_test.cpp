#include "daemon/files/openat2.hpp"

#include "daemon/files/root.hpp"
#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/support/descriptor_limit.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/failing_call.hpp"
#include "tests/unit/support/thrown_errno.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <thread>
#include <vector>

namespace filer {
namespace {

using test::ServedRoot;

UniqueFileDescriptor open_directory(const std::string& path) {
  return UniqueFileDescriptor(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

int errno_of(FileDescriptor root, const std::string& path, std::uint64_t extra_resolve = 0) {
  try {
    (void)open_beneath(root, path, OpenFor::reading, extra_resolve);
    return 0;
  } catch (const std::system_error& error) {
    return error.code().value();
  }
}

TEST(Openat2, WorksHere) {
  EXPECT_NO_THROW(require_openat2());
}

/// By an old kernel, or by a filter of system calls.
TEST(Openat2, IsMissedWhereItIsRefused) {
  for (const int error : {ENOSYS, EPERM}) {
    test::with_failing_call(SYS_openat2, error,
                            [error] { EXPECT_EQ(test::thrown_errno(require_openat2), error); });
  }
}

/// Such as a working directory that was removed.
TEST(Openat2, IsNotMissedForAnythingElseThatFails) {
  test::with_failing_call(SYS_openat2, ENOENT, [] { EXPECT_NO_THROW(require_openat2()); });
}

/// Before 5.12 the kernel knows nothing of what is cached, and says EINVAL.
TEST(Openat2, LeavesToThoseWhoMayWaitWhatMayFareBetterThere) {
  const ServedRoot served;
  const UniqueFileDescriptor root = open_directory(served.root());
  for (const int error : {EAGAIN, EXDEV, EINVAL, EINTR, EMFILE, ENFILE}) {
    test::with_failing_call(SYS_openat2, error, [&] {
      EXPECT_THROW((void)open_cached_beneath(root.borrow(), "file.txt", OpenFor::reading, 0), WouldBlock);
    });
  }
}

TEST(Openat2, GivesUpWhatIsDisturbedAgainAndAgain) {
  const ServedRoot served;
  const UniqueFileDescriptor root = open_directory(served.root());
  test::with_failing_call(SYS_openat2, EAGAIN,
                          [&] { EXPECT_EQ(errno_of(root.borrow(), "file.txt"), EAGAIN); });
}

TEST(Openat2, TellsWaysOutFromOtherMistakes) {
  const ServedRoot served;
  const UniqueFileDescriptor root = open_directory(served.root());
  EXPECT_EQ(errno_of(root.borrow(), "file.txt"), 0);
  EXPECT_EQ(errno_of(root.borrow(), "../outside/secret.txt"), EXDEV);
  EXPECT_EQ(errno_of(root.borrow(), "/etc/passwd"), EXDEV);
  EXPECT_EQ(errno_of(root.borrow(), "missing"), ENOENT);
  EXPECT_EQ(errno_of(root.borrow(), ""), ENOENT);
  EXPECT_EQ(errno_of(root.borrow(), "file.txt/x"), ENOTDIR);
}

TEST(Openat2, TakesFurtherRestrictions) {
  const ServedRoot served;
  served.host.make_link("root/link", "file.txt");
  const UniqueFileDescriptor root = open_directory(served.root());
  EXPECT_EQ(errno_of(root.borrow(), "link"), 0);
  EXPECT_EQ(errno_of(root.borrow(), "link", RESOLVE_NO_SYMLINKS), ELOOP);
}

/// All the descriptors that this process may still have.
std::vector<UniqueFileDescriptor> take_all_descriptors() {
  std::vector<UniqueFileDescriptor> taken;
  do {
    taken.emplace_back(::open("/", O_PATH | O_CLOEXEC));
  } while (taken.back().is_open());
  return taken;
}

/// Those who took the last one may be gone in a moment: whoever may wait waits for it.
TEST(Openat2, WaitsForADescriptor) {
  const ServedRoot served;
  const UniqueFileDescriptor root = open_directory(served.root());
  const test::DescriptorLimit limit(256);
  std::vector<UniqueFileDescriptor> taken = take_all_descriptors();
  EXPECT_THROW((void)open_cached_beneath(root.borrow(), "file.txt", OpenFor::reading, 0), WouldBlock);
  EXPECT_EQ(errno_of(root.borrow(), "file.txt"), EMFILE);
  std::thread opener([&] { EXPECT_EQ(errno_of(root.borrow(), "file.txt"), 0); });
  taken.clear();
  opener.join();
}

TEST(Openat2, ClosesWhatItOpensInChildren) {
  const ServedRoot served;
  const UniqueFileDescriptor root = open_directory(served.root());
  const UniqueFileDescriptor file = open_beneath(root.borrow(), "file.txt", OpenFor::reading, 0);
  EXPECT_EQ(::fcntl(file.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::fcntl(file.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
}

/// While directories are renamed, anywhere on the host, the kernel cannot vouch for a path with .. in it and
/// says EAGAIN: for every fourth look-up of this one, where the renames are those of a tmpfs.
TEST(Openat2, TriesAgainWhatARenameElsewhereDisturbed) {
  constexpr const char* memory = "/dev/shm";
  if (::access(memory, W_OK) != 0) GTEST_SKIP() << "no tmpfs here";
  const ServedRoot served;
  const test::TempDirectory elsewhere(memory);
  elsewhere.make_directory("a");
  const UniqueFileDescriptor root = open_directory(served.root());
  std::atomic<bool> done = false;
  std::atomic<int> renames = 0;
  std::thread renamer([&] {
    for (; !done; ++renames) {
      std::filesystem::rename(elsewhere / "a", elsewhere / "b");
      std::filesystem::rename(elsewhere / "b", elsewhere / "a");
    }
  });
  EXPECT_TRUE(test::eventually([&] {
    for (int round = 0; round < 100; ++round) {
      EXPECT_EQ(errno_of(root.borrow(), "dir/../dir/../dir/../dir/../dir/../dir/../file.txt"), 0);
    }
    return renames > 1000;
  }));
  done = true;
  renamer.join();
}

}  // namespace
}  // namespace filer
