#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace filer {
namespace {

TEST(Bytes, AreEmptyAtFirst) {
  const Bytes bytes;
  EXPECT_TRUE(bytes.empty());
  EXPECT_EQ(bytes.size(), 0U);
  EXPECT_EQ(bytes, "");
}

TEST(Bytes, CopyWhatTheyAreMadeOf) {
  std::string content("a\0b", 3);
  const Bytes bytes{std::string_view(content)};
  content.assign("xyz");
  EXPECT_EQ(bytes, std::string_view("a\0b", 3));
}

TEST(Bytes, KeepWhatTheyHoldWhenTheyGrow) {
  Bytes bytes{std::string_view("abc")};
  for (std::size_t size = 4; size <= std::size_t{1} << 20; size *= 4) {
    bytes.resize(size);
    ASSERT_EQ(bytes.size(), size);
    ASSERT_EQ(std::string_view(bytes).substr(0, 3), "abc");
  }
}

TEST(Bytes, AreCutWithoutMoving) {
  Bytes bytes{std::string_view("abcdef")};
  const char* const before = bytes.data();
  bytes.resize(3);
  EXPECT_EQ(bytes, "abc");
  EXPECT_EQ(bytes.data(), before);
  bytes.resize(0);
  EXPECT_TRUE(bytes.empty());
}

TEST(Bytes, KeepWhatTheyHoldWhenTheyGiveBackTheRest) {
  Bytes bytes{std::string_view("abcdef")};
  bytes.resize(1 << 20);
  bytes.resize(5);
  bytes.shrink_to_fit();
  EXPECT_EQ(bytes, "abcde");
  bytes.resize(0);
  bytes.shrink_to_fit();
  EXPECT_TRUE(bytes.empty());
  EXPECT_EQ(bytes.data(), nullptr);
}

TEST(Bytes, AreWrittenAsARange) {
  Bytes bytes;
  bytes.resize(4);
  const std::span<char> all(bytes);
  std::fill(all.begin(), all.end(), 'x');
  EXPECT_EQ(bytes, "xxxx");
}

TEST(Bytes, MoveWithoutCopying) {
  Bytes bytes{std::string_view("abc")};
  const char* const before = bytes.data();
  Bytes other = std::move(bytes);
  EXPECT_EQ(other, "abc");
  EXPECT_EQ(other.data(), before);
}

}  // namespace
}  // namespace filer
