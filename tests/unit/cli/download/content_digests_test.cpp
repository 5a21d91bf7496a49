#include "cli/download/content_digests.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

constexpr std::uint64_t chunk_bytes = ContentDigests::chunk_bytes;

TEST(ContentDigests, AreOfAllBytesAndOfEachChunk) {
  const std::string content = std::string(chunk_bytes, 'a') + std::string(chunk_bytes, 'b') + "rest";
  ContentDigests digests(true);
  for (std::size_t at = 0; at < content.size(); at += 1000003) digests.update(content.substr(at, 1000003));
  EXPECT_EQ(digests.whole(), sha256_of(content));
  EXPECT_EQ(digests.chunk(0), sha256_of(std::string(chunk_bytes, 'a')));
  EXPECT_EQ(digests.chunk(1), sha256_of(std::string(chunk_bytes, 'b')));
  EXPECT_EQ(digests.chunk(2), sha256_of("rest"));
}

TEST(ContentDigests, GoOnAfterTheyWereLookedAt) {
  ContentDigests digests(true);
  digests.update("ab");
  EXPECT_EQ(digests.whole(), sha256_of("ab"));
  EXPECT_EQ(digests.chunk(0), sha256_of("ab"));
  digests.update("c");
  EXPECT_EQ(digests.whole(), sha256_of("abc"));
  EXPECT_EQ(digests.chunk(0), sha256_of("abc"));
}

TEST(ContentDigests, AreOfAllBytesWithoutChunksToo) {
  ContentDigests digests(false);
  EXPECT_EQ(digests.whole(), sha256_of(""));
  digests.update("abc");
  EXPECT_EQ(digests.whole(), sha256_of("abc"));
}

}  // namespace
}  // namespace filer
