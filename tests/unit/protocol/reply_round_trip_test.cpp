#include "protocol/reply.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/unit/support/random_bytes.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

/// What the encoder writes, the decoder reads back.
namespace filer {
namespace {

constexpr ReplyStamp stamp{1700000000123, 4242};
constexpr int rounds = 1000;

/// All that a reply says, to be compared.
auto members_of(const ChunkHeader& chunk) {
  return std::tie(chunk.etag, chunk.size, chunk.offset, chunk.length, chunk.eof, chunk.mtime, chunk.mode,
                  chunk.id, chunk.digest);
}

auto members_of(const FileStatus& status) {
  return std::tie(status.type, status.size, status.mtime, status.mode, status.etag, status.id);
}

auto members_of(const Digests& digests) {
  return std::tie(digests.etag, digests.size, digests.offset, digests.length, digests.eof, digests.chunk,
                  digests.hexadecimal);
}

auto members_of(const DirectoryEntry& entry) {
  return std::tie(entry.name, entry.type, entry.size, entry.mtime);
}

auto members_of(const NamedNumber& number) {
  return std::tie(number.name, number.value);
}

template <class T>
void expect_same(const std::vector<T>& left, const std::vector<T>& right) {
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t index = 0; index < left.size(); ++index) {
    ASSERT_EQ(members_of(left[index]), members_of(right[index])) << index;
  }
}

/// Replies with any members.
class RandomReplies {
 public:
  ChunkHeader chunk() {
    return {text(), number(), number(), number(), flip(), time(), mode(), text(), maybe_text()};
  }

  FileStatus status() { return {type(), number(), time(), mode(), text(), text()}; }

  DirectoryPage page() {
    DirectoryPage page{{}, maybe_text(), text()};
    for (std::size_t count = random_.below(5); count > 0; --count) {
      page.entries.push_back({name(), type(), number(), time()});
    }
    return page;
  }

  Digests digests() {
    Digests digests{text(), number(), number(), number(), flip(), std::nullopt, {text()}};
    if (flip()) {
      digests.chunk = number();
      for (std::size_t count = random_.below(5); count > 0; --count) digests.hexadecimal.push_back(text());
    }
    return digests;
  }

  std::vector<NamedNumber> numbers() {
    std::vector<NamedNumber> numbers;
    for (std::size_t count = random_.below(5); count > 0; --count) {
      numbers.push_back({"x" + std::to_string(count), number()});
    }
    return numbers;
  }

  std::string bytes() { return random_.next(random_.below(100)); }

  std::string text() { return random_.next(random_.below(20), "abc-019.\"\\\n\x7f"); }

 private:
  bool flip() { return random_.below(2) == 0; }

  std::optional<std::string> maybe_text() { return flip() ? std::nullopt : std::optional(text()); }

  std::uint64_t number() {
    constexpr std::uint64_t edges[] = {0, 1ULL << 32, 1ULL << 63, std::numeric_limits<std::uint64_t>::max()};
    return flip() ? edges[random_.below(std::size(edges))] : random_.below(1 << 20);
  }

  std::int64_t time() {
    constexpr std::int64_t edges[] = {0, -1, std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int64_t>::max()};
    return flip() ? edges[random_.below(std::size(edges))] : 1700000000000;
  }

  std::uint32_t mode() { return static_cast<std::uint32_t>(random_.below(010000)); }

  FileType type() { return static_cast<FileType>(random_.below(4)); }

  /// UTF-8 or not.
  std::string name() { return flip() ? text() + "é日🦀" : random_.next(1 + random_.below(20)); }

  test::RandomBytes random_;
};

TEST(ReplyRoundTrip, KeepsEveryStamp) {
  for (const ReplyStamp each : {stamp, ReplyStamp{0, 1}, ReplyStamp{-1, 2147483647}}) {
    const ReceivedReply received(encode_not_modified_reply("x", each));
    EXPECT_EQ(received.stamp().timestamp, each.timestamp);
    EXPECT_EQ(received.stamp().pid, each.pid);
    EXPECT_TRUE(received.is_not_modified());
    EXPECT_FALSE(received.error());
  }
}

TEST(ReplyRoundTrip, KeepsEveryError) {
  for (std::size_t index = 0; index < error_code_names.size(); ++index) {
    const auto code = static_cast<ErrorCode>(index);
    const ReceivedReply received(encode_error_reply(code, "why \"it\"\n", index, stamp));
    ASSERT_TRUE(received.error());
    EXPECT_EQ(find_error_code(received.error()->code), code);
    EXPECT_EQ(received.error()->message, "why \"it\"\n");
    EXPECT_EQ(received.error()->size, index);
    EXPECT_FALSE(received.is_not_modified());
  }
}

TEST(ReplyRoundTrip, KeepsHello) {
  RandomReplies random;
  for (int round = 0; round < rounds; ++round) {
    const Hello hello{
        random.text(), {random.text(), "get"}, {random.text()}, random.numbers(), random.text()};
    const Hello received = ReceivedReply(encode_hello_reply(hello, stamp)).hello();
    ASSERT_EQ(received.version, hello.version);
    ASSERT_EQ(received.ops, hello.ops);
    ASSERT_EQ(received.roots, hello.roots);
    ASSERT_EQ(received.peer, hello.peer);
    expect_same(received.limits, hello.limits);
  }
}

TEST(ReplyRoundTrip, KeepsEveryChunkInEveryEncoding) {
  RandomReplies random;
  for (int round = 0; round < rounds; ++round) {
    const Chunk chunk{random.chunk(), Bytes(random.bytes())};
    const Reply raw = encode_chunk_reply(chunk, Encoding::raw, stamp);
    ASSERT_EQ(members_of(ReceivedReply(raw.header).chunk()), members_of(chunk.header));
    ASSERT_EQ(ReceivedReply(raw.header).content(), std::nullopt);
    ASSERT_EQ(*raw.data, chunk.bytes);
    const ReceivedReply base64(encode_chunk_reply(chunk, Encoding::base64, stamp).header);
    ASSERT_EQ(members_of(base64.chunk()), members_of(chunk.header));
    ASSERT_EQ(base64.content(), chunk.bytes);
    const Chunk text{chunk.header, Bytes(random.text())};
    ASSERT_EQ(ReceivedReply(encode_chunk_reply(text, Encoding::utf8, stamp).header).content(), text.bytes);
  }
}

TEST(ReplyRoundTrip, KeepsEveryStatus) {
  RandomReplies random;
  for (int round = 0; round < rounds; ++round) {
    const FileStatus status = random.status();
    ASSERT_EQ(members_of(ReceivedReply(encode_status_reply(status, stamp)).status()), members_of(status));
  }
}

TEST(ReplyRoundTrip, KeepsEveryPage) {
  RandomReplies random;
  for (int round = 0; round < rounds; ++round) {
    const DirectoryPage page = random.page();
    const DirectoryPage received = ReceivedReply(encode_page_reply(page, stamp)).page();
    ASSERT_EQ(received.next, page.next);
    ASSERT_EQ(received.etag, page.etag);
    expect_same(received.entries, page.entries);
  }
}

TEST(ReplyRoundTrip, KeepsEveryDigest) {
  RandomReplies random;
  for (int round = 0; round < rounds; ++round) {
    const Digests digests = random.digests();
    ASSERT_EQ(members_of(ReceivedReply(encode_digest_reply(digests, stamp)).digests()), members_of(digests));
  }
}

TEST(ReplyRoundTrip, KeepsStatisticsWithoutTheStamp) {
  RandomReplies random;
  for (int round = 0; round < rounds; ++round) {
    const std::vector<NamedNumber> numbers = random.numbers();
    expect_same(ReceivedReply(encode_stats_reply(numbers, stamp)).statistics(), numbers);
  }
}

}  // namespace
}  // namespace filer
