#include "cli/download/chunk_sequence.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace filer {
namespace {

/// What is asked for, until nothing more is.
std::vector<ByteRange> take_ranges(ChunkSequence& sequence, std::uint64_t most) {
  std::vector<ByteRange> ranges;
  while (const auto range = sequence.next(most)) ranges.push_back(*range);
  return ranges;
}

TEST(ChunkSequence, AsksForAllOfAFileOnce) {
  ChunkSequence sequence(0, 10);
  EXPECT_EQ(take_ranges(sequence, 4), (std::vector<ByteRange>{{0, 4}, {4, 4}, {8, 2}}));
}

TEST(ChunkSequence, BeginsWhereItIsTold) {
  ChunkSequence sequence(7, 10);
  EXPECT_EQ(take_ranges(sequence, 4), (std::vector<ByteRange>{{7, 3}}));
}

TEST(ChunkSequence, GivesInOrderWhatComesInAnother) {
  ChunkSequence sequence(0, 6);
  const auto ranges = take_ranges(sequence, 2);
  ASSERT_EQ(ranges.size(), 3U);
  EXPECT_TRUE(sequence.put(ranges[2], "ef", true));
  EXPECT_EQ(sequence.take(), std::nullopt);
  EXPECT_TRUE(sequence.put(ranges[0], "ab", false));
  EXPECT_EQ(sequence.take(), "ab");
  EXPECT_EQ(sequence.take(), std::nullopt);
  EXPECT_TRUE(sequence.put(ranges[1], "cd", false));
  EXPECT_EQ(sequence.take(), "cd");
  EXPECT_FALSE(sequence.is_complete());
  EXPECT_EQ(sequence.take(), "ef");
  EXPECT_TRUE(sequence.is_complete());
}

TEST(ChunkSequence, AsksAgainForWhatCameShort) {
  ChunkSequence sequence(0, 10);
  const auto ranges = take_ranges(sequence, 6);
  ASSERT_EQ(ranges.size(), 2U);
  EXPECT_TRUE(sequence.put(ranges[0], "a", false));
  EXPECT_EQ(take_ranges(sequence, 3), (std::vector<ByteRange>{{1, 3}, {4, 2}}));
}

TEST(ChunkSequence, RefusesNothingThatIsNotTheEnd) {
  ChunkSequence sequence(0, 10);
  const auto range = sequence.next(10);
  ASSERT_TRUE(range);
  EXPECT_FALSE(sequence.put(*range, "", false));
  EXPECT_FALSE(sequence.is_complete());
}

TEST(ChunkSequence, GoesNoFurtherAheadThanItMay) {
  constexpr std::uint64_t most = ChunkSequence::most_ahead / 4;
  ChunkSequence sequence(0, 100 * ChunkSequence::most_ahead);
  const auto ranges = take_ranges(sequence, most);
  EXPECT_EQ(ranges.size(), 4U);
  EXPECT_TRUE(sequence.put(ranges[0], std::string(most, 'x'), false));
  EXPECT_FALSE(sequence.next(most));  // it waits in memory still
  EXPECT_TRUE(sequence.take());
  EXPECT_EQ(take_ranges(sequence, most).size(), 1U);
}

TEST(ChunkSequence, FindsTheEndOfAFileOfUnknownSizeStepByStep) {
  ChunkSequence sequence(0, 0);
  EXPECT_EQ(take_ranges(sequence, 4), (std::vector<ByteRange>{{0, 4}}));
  EXPECT_TRUE(sequence.put({0, 4}, "abc", false));
  EXPECT_EQ(sequence.take(), "abc");
  EXPECT_EQ(take_ranges(sequence, 4), (std::vector<ByteRange>{{3, 4}}));
  EXPECT_TRUE(sequence.put({3, 4}, "", true));
  EXPECT_TRUE(sequence.is_complete());
  EXPECT_FALSE(sequence.next(4));
}

TEST(ChunkSequence, EndsWhereTheFileDoes) {
  ChunkSequence sequence(0, 10);
  const auto ranges = take_ranges(sequence, 5);
  ASSERT_EQ(ranges.size(), 2U);
  EXPECT_TRUE(sequence.put(ranges[0], "abc", true));  // it became shorter
  EXPECT_TRUE(sequence.put(ranges[1], "", true));
  EXPECT_EQ(sequence.take(), "abc");
  EXPECT_TRUE(sequence.is_complete());
  EXPECT_FALSE(sequence.next(5));
}

TEST(ChunkSequence, IsCompleteWhereAllWasThere) {
  EXPECT_TRUE(ChunkSequence(10, 10).is_complete());
  EXPECT_FALSE(ChunkSequence(0, 10).is_complete());
  EXPECT_FALSE(ChunkSequence(0, 0).is_complete());
}

}  // namespace
}  // namespace filer
