#include "daemon/files/unchanged.hpp"

#include "tests/unit/support/temp_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

namespace filer {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t block_bytes = 1 << 20;

/// Appends blocks, each by one write(2), with a rest in between, and begins anew after some.
void append_blocks(FileDescriptor file) {
  constexpr int count = 200, most_blocks = 16;
  const std::string block(block_bytes, 'x');
  for (int blocks = 0; blocks < count; ++blocks) {
    if (blocks % most_blocks == 0) {
      EXPECT_EQ(::ftruncate(file.get(), 0), 0);
    }
    EXPECT_EQ(::write(file.get(), block.data(), block.size()), static_cast<ssize_t>(block.size()));
    std::this_thread::sleep_for(2ms);
  }
}

TEST(SettledFileState, IsThatOfWholeWrites) {
  const test::TempDirectory directory;
  const UniqueFileDescriptor file(::open(directory.write("log", "").c_str(), O_RDWR | O_APPEND | O_CLOEXEC));
  std::atomic<bool> done = false;
  std::thread writer([&] {
    append_blocks(file.borrow());
    done = true;
  });
  while (!done) EXPECT_EQ(settled_file_state(file.borrow()).size % block_bytes, 0U);
  writer.join();
}

TEST(SettledFileState, IsOfRegularFilesOnly) {
  const test::TempDirectory directory;
  const UniqueFileDescriptor opened(::open(directory.path().c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_THROW((void)settled_file_state(opened.borrow()), RequestError);
}

}  // namespace
}  // namespace filer
