#include "protocol/reply.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/unit/support/random_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

using namespace std::string_literals;

constexpr ReplyStamp stamp{1700000000123, 4242};

/// The order of the members is part of the classic reply: clients of the first day saw nothing else.
TEST(ReplyEncoder, WritesExactlyTheClassicReply) {
  EXPECT_EQ(encode_classic_reply("hello\n", stamp),
            R"({"content":"hello\n","timestamp":1700000000123,"pid":4242})");
}

TEST(ReplyEncoder, WritesAnEmptyFileAsAnEmptyString) {
  EXPECT_EQ(encode_classic_reply("", stamp), R"({"content":"","timestamp":1700000000123,"pid":4242})");
}

TEST(ReplyEncoder, KeepsNulInText) {
  EXPECT_EQ(encode_classic_reply("a\0b"s, stamp),
            R"({"content":"a\u0000b","timestamp":1700000000123,"pid":4242})");
}

TEST(ReplyEncoder, WritesWhatIsNotUtf8AsBase64) {
  EXPECT_EQ(encode_classic_reply("\xff\xd8\xff", stamp),
            R"({"content":"/9j/","encoding":"base64","timestamp":1700000000123,"pid":4242})");
}

TEST(ReplyEncoder, KeepsAByteOrderMark) {
  EXPECT_EQ(encode_classic_reply("\xef\xbb\xbfx", stamp),
            "{\"content\":\"\xef\xbb\xbfx\",\"timestamp\":1700000000123,\"pid\":4242}");
}

TEST(ReplyEncoder, WritesAnError) {
  EXPECT_EQ(
      encode_error_reply(ErrorCode::not_found, "no such file", std::nullopt, stamp),
      R"({"error":{"code":"not_found","message":"no such file"},"timestamp":1700000000123,"pid":4242})");
}

TEST(ReplyEncoder, WritesTheSizeOfAFileThatIsTooLarge) {
  EXPECT_EQ(encode_error_reply(ErrorCode::too_large, "too large", 18446744073709551615U, stamp),
            R"({"error":{"code":"too_large","message":"too large","size":18446744073709551615},)"
            R"("timestamp":1700000000123,"pid":4242})");
}

TEST(ReplyEncoder, WritesHello) {
  const Hello hello{
      "1.2.3", {"hello", "get"}, {"default", "logs"}, {{"request_bytes", 65536}, {"waits", 0}}, "127.0.0.1"};
  EXPECT_EQ(encode_hello_reply(hello, stamp),
            R"({"server":"zmq-filerd","version":"1.2.3","ops":["hello","get"],"roots":["default","logs"],)"
            R"("limits":{"request_bytes":65536,"waits":0},"peer":"127.0.0.1",)"
            R"("timestamp":1700000000123,"pid":4242})");
}

ChunkHeader some_chunk() {
  ChunkHeader chunk;
  chunk.etag = "1-2-3";
  chunk.size = 9;
  chunk.offset = 4;
  chunk.length = 3;
  chunk.mtime = 1600000000000;
  chunk.mode = 0640;
  chunk.id = "1-2";
  return chunk;
}

const std::string some_chunk_text =
    R"({"etag":"1-2-3","size":9,"offset":4,"length":3,"eof":false,"mtime":1600000000000,"mode":416,"id":"1-2")";
const std::string stamp_text = R"(,"timestamp":1700000000123,"pid":4242})";

TEST(ReplyEncoder, WritesTheBytesOfAChunkBehindItsHeader) {
  const Reply reply = encode_chunk_reply({some_chunk(), Bytes("\xff\0x"s)}, Encoding::raw, stamp);
  EXPECT_EQ(reply.header, some_chunk_text + stamp_text);
  EXPECT_EQ(*reply.data, "\xff\0x"s);
  EXPECT_EQ(reply.size(), reply.header.size() + 3);
}

TEST(ReplyEncoder, WritesTheBytesOfAChunkIntoItsHeaderWhereThatIsAskedFor) {
  const Reply text = encode_chunk_reply({some_chunk(), Bytes("a\nb")}, Encoding::utf8, stamp);
  EXPECT_EQ(text.header, some_chunk_text + R"(,"content":"a\nb")" + stamp_text);
  EXPECT_EQ(text.data, nullptr);
  const Reply base64 = encode_chunk_reply({some_chunk(), Bytes("\xff\0x"s)}, Encoding::base64, stamp);
  EXPECT_EQ(base64.header, some_chunk_text + R"(,"content":"/wB4","encoding":"base64")" + stamp_text);
  EXPECT_EQ(base64.data, nullptr);
}

TEST(ReplyEncoder, RefusesBytesAsTextThatAreNone) {
  try {
    (void)encode_chunk_reply({some_chunk(), Bytes("\xff")}, Encoding::utf8, stamp);
    ADD_FAILURE() << "not refused";
  } catch (const RequestError& error) {
    EXPECT_EQ(error.code, ErrorCode::not_utf8);
  }
}

TEST(ReplyEncoder, WritesTheDigestOfAChunkLast) {
  ChunkHeader header = some_chunk();
  header.eof = true;
  header.digest = "ab12";
  EXPECT_TRUE(
      encode_chunk_reply({header, Bytes("abc")}, Encoding::raw, stamp)
          .header.ends_with(R"("eof":true,"mtime":1600000000000,"mode":416,"id":"1-2","digest":"ab12")" +
                            stamp_text));
}

TEST(ReplyEncoder, WritesWhatAPathIs) {
  const FileStatus status{FileType::directory, 4096, -1, 0755, "1-2-3", "1-2"};
  EXPECT_EQ(
      encode_status_reply(status, stamp),
      R"({"type":"directory","size":4096,"mtime":-1,"mode":493,"etag":"1-2-3","id":"1-2")" + stamp_text);
}

TEST(ReplyEncoder, WritesThatNothingIsNew) {
  EXPECT_EQ(encode_not_modified_reply("1-2-3", stamp), R"({"not_modified":true,"etag":"1-2-3")" + stamp_text);
}

TEST(ReplyEncoder, WritesAPageOfADirectory) {
  const DirectoryPage page{
      {{"a", FileType::file, 5, 17}, {"bad\xff", FileType::symlink, 0, -17}}, "cursor", "1-2-3"};
  EXPECT_EQ(
      encode_page_reply(page, stamp),
      R"({"entries":[{"name":"a","type":"file","size":5,"mtime":17},)"
      R"({"name_base64":"YmFk/w==","type":"symlink","size":0,"mtime":-17}],"next":"cursor","etag":"1-2-3")" +
          stamp_text);
  EXPECT_EQ(encode_page_reply({{}, std::nullopt, "1-2-3"}, stamp),
            R"({"entries":[],"etag":"1-2-3")" + stamp_text);
}

TEST(ReplyEncoder, WritesOneDigestOrOneForEachChunk) {
  const Digests one{"1-2-3", 9, 4, 5, true, std::nullopt, {"ab"}};
  EXPECT_EQ(encode_digest_reply(one, stamp),
            R"({"etag":"1-2-3","size":9,"offset":4,"length":5,"eof":true,"digest":"ab")" + stamp_text);
  const Digests several{"1-2-3", 9, 0, 4, false, 2, {"ab", "cd"}};
  EXPECT_EQ(encode_digest_reply(several, stamp),
            R"({"etag":"1-2-3","size":9,"offset":0,"length":4,"eof":false,"chunk":2,"digests":["ab","cd"])" +
                stamp_text);
}

TEST(ReplyEncoder, WritesStatisticsInTheirOrder) {
  EXPECT_EQ(encode_stats_reply({{"uptime_ms", 7}, {"requests", 18446744073709551615U}}, stamp),
            R"({"uptime_ms":7,"requests":18446744073709551615)" + stamp_text);
}

TEST(ReplyEncoder, WritesWhatTheDecoderReadsBackForAnyContent) {
  test::RandomBytes random;
  for (int round = 0; round < 2000; ++round) {
    // Half of them of few bytes, of which many are valid UTF-8.
    const std::string content = random.next(random.below(100), round % 2 == 0 ? "a\0\n\"\\é\x7f"s : ""s);
    const ReceivedReply received(encode_classic_reply(content, stamp));
    ASSERT_EQ(received.content(), content);
    ASSERT_EQ(received.stamp().timestamp, stamp.timestamp);
    ASSERT_EQ(received.stamp().pid, stamp.pid);
  }
}

}  // namespace
}  // namespace filer
