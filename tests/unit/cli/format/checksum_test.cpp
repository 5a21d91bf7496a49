#include "cli/format/checksum.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

TEST(Checksum, IsALineOfSha256sum) {
  EXPECT_EQ(format_checksum("abc", "a b.txt"), "abc  a b.txt");
}

TEST(Checksum, EscapesNamesThatWouldBreakTheLine) {
  EXPECT_EQ(format_checksum("abc", "a\nb"), "\\abc  a\\nb");
  EXPECT_EQ(format_checksum("abc", "a\rb"), "\\abc  a\\rb");
  EXPECT_EQ(format_checksum("abc", "a\\nb"), "\\abc  a\\\\nb");
}

TEST(Checksum, LeavesOtherBytesAlone) {
  EXPECT_EQ(format_checksum("abc", "\xff\t\x1b"), "abc  \xff\t\x1b");
}

}  // namespace
}  // namespace filer
