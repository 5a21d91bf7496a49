#include "cli/format/number.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

TEST(HumanSize, IsInTheLargestUnitThatFits) {
  EXPECT_EQ(format_human_size(0), "0 B");
  EXPECT_EQ(format_human_size(1023), "1023 B");
  EXPECT_EQ(format_human_size(1024), "1.0 KiB");
  EXPECT_EQ(format_human_size(1536), "1.5 KiB");
  EXPECT_EQ(format_human_size(4294967296.0), "4.0 GiB");
  EXPECT_EQ(format_human_size(18446744073709551615.0), "16.0 EiB");
}

TEST(HumanSize, DoesNotRoundToAThousandOfAUnit) {
  EXPECT_EQ(format_human_size(1048575), "1.0 MiB");
}

TEST(Mode, IsWrittenAsLsWritesIt) {
  EXPECT_EQ(format_mode(0), "---------");
  EXPECT_EQ(format_mode(0644), "rw-r--r--");
  EXPECT_EQ(format_mode(07777), "rwsrwsrwt");
  EXPECT_EQ(format_mode(07000), "--S--S--T");
}

}  // namespace
}  // namespace filer
