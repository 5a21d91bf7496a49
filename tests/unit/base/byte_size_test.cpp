#include "base/byte_size.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

TEST(ByteSize, ReadsPlainBytes) {
  EXPECT_EQ(parse_byte_size("0"), 0U);
  EXPECT_EQ(parse_byte_size("65536"), 65536U);
  EXPECT_EQ(parse_byte_size("7B"), 7U);
}

TEST(ByteSize, ReadsBinaryUnits) {
  EXPECT_EQ(parse_byte_size("64KiB"), 64U << 10);
  EXPECT_EQ(parse_byte_size("16MiB"), 16U << 20);
  EXPECT_EQ(parse_byte_size("3GiB"), 3ULL << 30);
}

TEST(ByteSize, AllowsOneSpaceBeforeTheUnit) {
  EXPECT_EQ(parse_byte_size("64 KiB"), 64U << 10);
  EXPECT_EQ(parse_byte_size("64  KiB"), std::nullopt);
}

TEST(ByteSize, RefusesWhatIsNoSize) {
  for (const char* text : {"", " ", "KiB", "-1", "+1", " 1", "1 ", "1.5MiB", "1e3", "0x10", "1kib", "1KB",
                           "1K", "1TiB", "1KiB ", "1KiBKiB", "١"}) {
    EXPECT_EQ(parse_byte_size(text), std::nullopt) << text;
  }
}

TEST(ByteSize, RefusesAnEmbeddedNul) {
  EXPECT_EQ(parse_byte_size(std::string_view("64\0KiB", 6)), std::nullopt);
  EXPECT_EQ(parse_byte_size(std::string_view("64\0", 3)), std::nullopt);
}

TEST(ByteSize, TakesUpTo63Bits) {
  EXPECT_EQ(parse_byte_size("9223372036854775807"), 9223372036854775807U);
  EXPECT_EQ(parse_byte_size("9223372036854775808"), std::nullopt);
  EXPECT_EQ(parse_byte_size("8589934591GiB"), 8589934591ULL << 30);
  EXPECT_EQ(parse_byte_size("8589934592GiB"), std::nullopt);
  EXPECT_EQ(parse_byte_size("18446744073709551616"), std::nullopt);
}

TEST(ByteSize, PrintsTheLargestUnitThatDividesIt) {
  EXPECT_EQ(format_byte_size(0), "0");
  EXPECT_EQ(format_byte_size(1), "1");
  EXPECT_EQ(format_byte_size(1023), "1023");
  EXPECT_EQ(format_byte_size(64 << 10), "64KiB");
  EXPECT_EQ(format_byte_size((64 << 10) + 1), "65537");
  EXPECT_EQ(format_byte_size(1536 << 10), "1536KiB");
  EXPECT_EQ(format_byte_size(3ULL << 30), "3GiB");
}

TEST(ByteSize, ReadsBackWhatItPrints) {
  for (const std::uint64_t bytes :
       {0ULL, 1ULL, 1000ULL, 1024ULL, 65537ULL, 1ULL << 20, 5ULL << 30, 1ULL << 62, 9223372036854775807ULL}) {
    EXPECT_EQ(parse_byte_size(format_byte_size(bytes)), bytes);
  }
}

}  // namespace
}  // namespace filer
