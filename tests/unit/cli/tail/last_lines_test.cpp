#include "cli/tail/last_lines.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

/// The last lines of a content, and the longest range that was read to find them.
struct Found {
  std::string lines;
  std::size_t longest_range = 0;
};

Found last_lines(const std::string& content, std::uint64_t count) {
  Found found;
  const auto read = [&](std::uint64_t from, std::uint64_t to) {
    found.longest_range = std::max<std::size_t>(found.longest_range, to - from);
    return content.substr(from, to - from);
  };
  found.lines = content.substr(find_last_lines(content.size(), count, read));
  return found;
}

TEST(LastLines, AreTheLastOnes) {
  EXPECT_EQ(last_lines("a\nb\nc\n", 2).lines, "b\nc\n");
  EXPECT_EQ(last_lines("a\nb\nc\n", 3).lines, "a\nb\nc\n");
  EXPECT_EQ(last_lines("a\nb\nc\n", 4).lines, "a\nb\nc\n");
  EXPECT_EQ(last_lines("a\n\n\n", 2).lines, "\n\n");
}

TEST(LastLines, CountALineThatHasNotEnded) {
  EXPECT_EQ(last_lines("a\nb\nc", 2).lines, "b\nc");
  EXPECT_EQ(last_lines("abc", 1).lines, "abc");
}

TEST(LastLines, OfNothingAreNothing) {
  EXPECT_EQ(last_lines("", 5).lines, "");
  EXPECT_EQ(last_lines("a\n", 0).lines, "");
}

TEST(LastLines, AreFoundAcrossRangesOfABoundedSize) {
  const std::string line = std::string(100000, 'x') + '\n';
  for (const auto& content : {line + line + line, line + line + std::string(300000, 'y')}) {
    const Found found = last_lines(content, 2);
    EXPECT_EQ(found.lines, content.substr(line.size()));
    EXPECT_LE(found.longest_range, 65536U);
  }
}

TEST(LastLines, AreFoundWhereANewlineIsAtTheEdgeOfARange) {
  for (const std::size_t length : {65534U, 65535U, 65536U, 65537U}) {
    const std::string last = std::string(length, 'x') + '\n';
    EXPECT_EQ(last_lines("first\n" + last, 1).lines, last);
  }
}

}  // namespace
}  // namespace filer
