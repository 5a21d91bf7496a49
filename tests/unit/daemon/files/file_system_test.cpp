#include "daemon/files/file_system.hpp"

#include "tests/unit/support/memory_file_system.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

UniqueFileDescriptor open_directory(const std::string& path) {
  return UniqueFileDescriptor(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

TEST(FileSystem, OfMemoryNeverBlocks) {
  if (!test::has_memory_file_system()) GTEST_SKIP() << "no tmpfs here";
  EXPECT_EQ(file_system_kind(open_directory(test::memory_directory).borrow()), FileSystemKind::memory);
}

TEST(FileSystem, OfTheKernelsOwnIsReliedUponForNothing) {
  const UniqueFileDescriptor processes = open_directory("/proc");
  EXPECT_EQ(file_system_kind(processes.borrow()), FileSystemKind::other);
  EXPECT_FALSE(has_fine_times(processes.borrow()));
  EXPECT_TRUE(shows_processes(processes.borrow()));
  EXPECT_TRUE(shows_the_kernel(processes.borrow()));
}

TEST(FileSystem, OfFilesShowsNeitherProcessesNorTheKernel) {
  const test::TempDirectory directory;
  const UniqueFileDescriptor opened = open_directory(directory.path());
  EXPECT_FALSE(shows_processes(opened.borrow()));
  EXPECT_FALSE(shows_the_kernel(opened.borrow()));
}

TEST(FileSystem, ThatDoesNotTellItsKindIsReliedUponForNothing) {
  EXPECT_EQ(file_system_kind(FileDescriptor()), FileSystemKind::other);
  EXPECT_FALSE(has_fine_times(FileDescriptor()));
}

}  // namespace
}  // namespace filer
