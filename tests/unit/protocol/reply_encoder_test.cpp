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
  const Hello hello{"1.2.3", {"default", "logs"}, 65536, 16777216, 1048576, 1000, "127.0.0.1"};
  EXPECT_EQ(
      encode_hello_reply(hello, stamp),
      R"({"server":"zmq-filerd","version":"1.2.3","ops":["hello","get","stat","list","stats"],"roots":["default","logs"],)"
      R"("limits":{"request_bytes":65536,"content_bytes":16777216,"chunk_bytes":1048576,"list_entries":1000},"peer":"127.0.0.1",)"
      R"("timestamp":1700000000123,"pid":4242})");
}

TEST(ReplyEncoder, WritesWhatTheDecoderReadsBackForAnyContent) {
  test::RandomBytes random;
  for (int round = 0; round < 2000; ++round) {
    // Half of them of few bytes, of which many are valid UTF-8.
    const std::string content = random.next(random.below(100), round % 2 == 0 ? "a\0\n\"\\é\x7f"s : ""s);
    const ReplyHeader header = decode_reply(encode_classic_reply(content, stamp));
    ASSERT_EQ(header.content, content);
    ASSERT_EQ(header.stamp.timestamp, stamp.timestamp);
    ASSERT_EQ(header.stamp.pid, stamp.pid);
  }
}

}  // namespace
}  // namespace filer
