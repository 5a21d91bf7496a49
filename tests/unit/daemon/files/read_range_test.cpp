#include "daemon/files/read_range.hpp"

#include "daemon/files/access.hpp"
#include "protocol/error_code.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/temp_directory.hpp"
#include "tests/unit/support/thrown_errno.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <optional>
#include <string>
#include <system_error>

namespace filer {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t last_offset = std::numeric_limits<std::int64_t>::max();

TEST(ClampRange, EndsWhereTheFileEnds) {
  EXPECT_EQ(clamp_range(0, 10, 10), 10U);
  EXPECT_EQ(clamp_range(0, 11, 10), 10U);
  EXPECT_EQ(clamp_range(4, 3, 10), 3U);
  EXPECT_EQ(clamp_range(8, 3, 10), 2U);
  EXPECT_EQ(clamp_range(10, 3, 10), 0U);
  EXPECT_EQ(clamp_range(3, 0, 10), 0U);
}

TEST(ClampRange, TakesLengthsThatNoSumCanHold) {
  EXPECT_EQ(clamp_range(0, most, 10), 10U);
  EXPECT_EQ(clamp_range(9, most, 10), 1U);
  EXPECT_EQ(clamp_range(10, most, 10), 0U);
  EXPECT_EQ(clamp_range(1, most, last_offset), last_offset - 1);
}

TEST(ClampRange, LeavesTheLengthToAFileThatDoesNotSayItsSize) {
  EXPECT_EQ(clamp_range(0, 10, 0), 10U);
  EXPECT_EQ(clamp_range(1000, 10, 0), 10U);
}

/// What the kernel counts in has a sign.
TEST(ClampRange, NeverLeavesWhatTheKernelCanCount) {
  EXPECT_EQ(clamp_range(0, most, 0), last_offset);
  EXPECT_EQ(clamp_range(last_offset - 1, most, 0), 1U);
  EXPECT_EQ(clamp_range(last_offset, most, 0), 0U);
}

/// The size that a refusal tells; nullopt where the range is not refused.
std::optional<std::uint64_t> refused_with(std::uint64_t offset, std::uint64_t size) {
  try {
    (void)clamp_range(offset, 1, size);
    return std::nullopt;
  } catch (const RequestError& error) {
    EXPECT_EQ(error.code, ErrorCode::range);
    return error.size;
  }
}

TEST(ClampRange, RefusesAnOffsetPastTheEnd) {
  EXPECT_EQ(refused_with(10, 10), std::nullopt);
  EXPECT_EQ(refused_with(11, 10), 10U);
  EXPECT_EQ(refused_with(most, 10), 10U);
  EXPECT_EQ(refused_with(last_offset, 0), std::nullopt);
  EXPECT_EQ(refused_with(last_offset + 1, 0), 0U);
  EXPECT_EQ(refused_with(most, 0), 0U);
}

class FillFrom : public testing::Test {
 protected:
  test::TempDirectory directory;
  UniqueFileDescriptor file{::open(directory.write("file", "0123456789").c_str(), O_RDONLY | O_CLOEXEC)};
};

TEST_F(FillFrom, FillsWhatThereIsRoomFor) {
  std::string bytes(4, '-');
  EXPECT_EQ(fill_from(file.borrow(), bytes, 3), 4U);
  EXPECT_EQ(bytes, "3456");
}

TEST_F(FillFrom, StopsAtTheEndOfTheFile) {
  std::string bytes(4, '-');
  EXPECT_EQ(fill_from(file.borrow(), bytes, 8), 2U);
  EXPECT_EQ(bytes, "89--");
  EXPECT_EQ(fill_from(file.borrow(), bytes, 1000), 0U);
}

/// The index counts within the bytes, whatever part of the file they are.
TEST_F(FillFrom, GoesOnWhereItStopped) {
  std::string bytes = "34----";
  EXPECT_EQ(fill_from(file.borrow(), bytes, 3, 2), 6U);
  EXPECT_EQ(bytes, "345678");
}

TEST_F(FillFrom, ReadsNothingIntoNothing) {
  std::string bytes;
  EXPECT_EQ(fill_from(file.borrow(), bytes, 3), 0U);
}

TEST_F(FillFrom, TellsWhyItCannotRead) {
  const UniqueFileDescriptor parent(::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::string bytes(4, '-');
  try {
    (void)fill_from(parent.borrow(), bytes, 0);
    ADD_FAILURE() << "read a directory";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::is_a_directory);
  }
}

/// Of what is not cached, where it may not wait for it.
TEST_F(FillFrom, NeverWaitsForADiskUnlessItMay) {
  std::string bytes(4, '-');
  EXPECT_EQ(fill_from(file.borrow(), bytes, 0), 4U);
  const auto fill_at_once = [&] { return fill_from(file.borrow(), bytes, 3, 0, RWF_NOWAIT); };
  if (test::thrown_errno(fill_at_once) == EOPNOTSUPP) GTEST_SKIP() << "no such reading on this file system";
  EXPECT_EQ(fill_at_once(), 4U);
  EXPECT_EQ(bytes, "3456");
  EXPECT_TRUE(test::eventually([&] {
    if (::fsync(file.get()) != 0 || ::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED) != 0) return false;
    try {
      (void)fill_at_once();
      return false;
    } catch (const WouldBlock&) {
      return true;
    }
  }));
  EXPECT_EQ(fill_from(file.borrow(), bytes, 3), 4U);
}

TEST_F(FillFrom, RefusesAnOffsetInAFileWithoutASizeOnlyWhereItIsEmpty) {
  EXPECT_NO_THROW(refuse_past_empty(file.borrow(), 1000));
  const UniqueFileDescriptor empty(::open(directory.write("empty", "").c_str(), O_RDONLY | O_CLOEXEC));
  EXPECT_NO_THROW(refuse_past_empty(empty.borrow(), 0));
  EXPECT_THROW(refuse_past_empty(empty.borrow(), 1), RequestError);
}

}  // namespace
}  // namespace filer
