#include "cli/output_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <system_error>
#include <thread>

namespace filer {
namespace {

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
