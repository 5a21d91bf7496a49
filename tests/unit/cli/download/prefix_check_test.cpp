#include "cli/download/prefix_check.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace filer {
namespace {

constexpr std::uint64_t chunk_bytes = ContentDigests::chunk_bytes;

/// `count` whole chunks, each of one letter, and a rest.
std::string chunks_of(std::string_view letters, std::string_view rest = "") {
  std::string content;
  for (const char letter : letters) content += std::string(chunk_bytes, letter);
  return content + std::string(rest);
}

ContentDigests digests_of(const std::string& content) {
  ContentDigests digests(true);
  digests.update(content);
  return digests;
}

/// What a daemon with this content answers.
Digests answer_to(const ByteRange& asked, const std::string& content) {
  Digests answer;
  answer.offset = asked.offset;
  answer.length = std::min<std::uint64_t>(asked.length, content.size() - asked.offset);
  answer.chunk = chunk_bytes;
  for (std::uint64_t at = 0; at < answer.length; at += chunk_bytes) {
    answer.hexadecimal.push_back(
        sha256_of(content.substr(asked.offset + at, std::min(chunk_bytes, answer.length - at))));
  }
  return answer;
}

std::uint64_t verify(const std::string& ours, const std::string& theirs) {
  PrefixCheck check(ours.size());
  const ContentDigests digests = digests_of(ours);
  while (!check.is_over()) {
    const auto asked = check.next();
    EXPECT_TRUE(asked);
    EXPECT_TRUE(check.put(answer_to(*asked, theirs), *asked));
    while (check.ready()) check.compare(digests);
  }
  return check.verified();
}

TEST(PrefixCheck, VerifiesAllOfTheSameBytes) {
  EXPECT_EQ(verify("x", "xyz"), 1U);
  EXPECT_EQ(verify(chunks_of("ab"), chunks_of("ab", "more")), 2 * chunk_bytes);
  EXPECT_EQ(verify(chunks_of("ab", "rest"), chunks_of("ab", "rest and more")), 2 * chunk_bytes + 4);
}

TEST(PrefixCheck, VerifiesUpToTheFirstChunkThatDiffers) {
  EXPECT_EQ(verify("x", "y"), 0U);
  EXPECT_EQ(verify(chunks_of("abcd", "rest"), chunks_of("abXd", "rest")), 2 * chunk_bytes);
  EXPECT_EQ(verify(chunks_of("ab", "rest"), chunks_of("ab", "REST")), 2 * chunk_bytes);
}

TEST(PrefixCheck, AsksForPagesAndNotForAllAtOnce) {
  constexpr std::uint64_t much = 1ULL << 40;
  PrefixCheck check(much);
  std::uint64_t asked = 0;
  while (const auto range = check.next()) {
    EXPECT_EQ(range->offset, asked);
    asked = range->end();
  }
  EXPECT_GT(asked, 0U);
  EXPECT_LT(asked, much / 100);
}

TEST(PrefixCheck, TakesShorterPagesThanItAskedFor) {
  const std::string content = chunks_of("abc", "rest");
  PrefixCheck check(content.size());
  const ContentDigests digests = digests_of(content);
  std::uint64_t pages = 0;
  while (!check.is_over()) {
    ByteRange asked = *check.next();
    const ByteRange page{asked.offset, std::min(asked.length, chunk_bytes)};
    ASSERT_TRUE(check.put(answer_to(page, content), asked));
    while (check.ready()) check.compare(digests);
    ++pages;
  }
  EXPECT_EQ(check.verified(), content.size());
  EXPECT_EQ(pages, 4U);
}

TEST(PrefixCheck, TakesAnswersInWhateverOrderTheyCome) {
  // So much that it takes two pages; what there is to compare with is never asked for what did not come.
  PrefixCheck check(1ULL << 40);
  const ByteRange first = *check.next(), second = *check.next();
  Digests later;
  later.offset = second.offset;
  later.length = second.length;
  later.chunk = chunk_bytes;
  later.hexadecimal.assign(second.length / chunk_bytes, "x");
  EXPECT_TRUE(check.put(later, second));
  EXPECT_EQ(check.ready(), std::nullopt);
  Digests earlier = later;
  earlier.offset = first.offset;
  EXPECT_TRUE(check.put(earlier, first));
  EXPECT_EQ(check.ready(), first);
}

TEST(PrefixCheck, RefusesWhatIsNoAnswer) {
  const std::string content = chunks_of("ab");
  const ByteRange asked{0, content.size()};
  const auto is_refused = [&](const auto& spoil) {
    PrefixCheck check(content.size());
    Digests answer = answer_to(asked, content);
    spoil(answer);
    return !check.put(answer, asked);
  };
  EXPECT_FALSE(is_refused([](Digests&) {}));
  EXPECT_TRUE(is_refused([](Digests& answer) { answer.offset = chunk_bytes; }));
  EXPECT_TRUE(is_refused([](Digests& answer) { answer.length = 0; }));
  EXPECT_TRUE(is_refused([](Digests& answer) { answer.length += 1; }));
  EXPECT_TRUE(is_refused([](Digests& answer) { answer.length = ~std::uint64_t{0}; }));
  EXPECT_TRUE(is_refused([](Digests& answer) { answer.length -= 1; }));
  EXPECT_TRUE(is_refused([](Digests& answer) { answer.chunk = 1; }));
  EXPECT_TRUE(is_refused([](Digests& answer) { answer.chunk.reset(); }));
  EXPECT_TRUE(is_refused([](Digests& answer) { answer.hexadecimal.pop_back(); }));
  EXPECT_TRUE(is_refused([](Digests& answer) { answer.hexadecimal.clear(); }));
}

}  // namespace
}  // namespace filer
