#include "protocol/reply_decoder.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

using namespace std::string_literals;

std::string refusal_of(std::string_view bytes) {
  try {
    (void)decode_reply(bytes);
    return "accepted";
  } catch (const MalformedReply& error) {
    return error.what();
  }
}

TEST(ReplyDecoder, ReadsAClassicReply) {
  const ReplyHeader header = decode_reply(R"({"content":"hi","timestamp":17,"pid":42})");
  EXPECT_EQ(header.content, "hi");
  EXPECT_EQ(header.stamp.timestamp, 17);
  EXPECT_EQ(header.stamp.pid, 42);
  EXPECT_FALSE(header.error);
}

TEST(ReplyDecoder, ReadsContentInBase64) {
  EXPECT_EQ(decode_reply(R"({"content":"AP8=","encoding":"base64","timestamp":1,"pid":1})").content,
            "\0\xff"s);
}

TEST(ReplyDecoder, ReadsEmptyContentAsContent) {
  EXPECT_EQ(decode_reply(R"({"content":"","timestamp":1,"pid":1})").content, "");
}

TEST(ReplyDecoder, ReadsAReplyWithoutContent) {
  EXPECT_EQ(decode_reply(R"({"server":"zmq-filerd","timestamp":1,"pid":1})").content, std::nullopt);
}

TEST(ReplyDecoder, ReadsAnError) {
  const ReplyHeader header =
      decode_reply(R"({"error":{"code":"too_large","message":"too large","size":99},"timestamp":1,"pid":1})");
  ASSERT_TRUE(header.error);
  EXPECT_EQ(header.error->code, "too_large");
  EXPECT_EQ(header.error->message, "too large");
  EXPECT_EQ(header.error->size, 99U);
  EXPECT_EQ(header.content, std::nullopt);
}

TEST(ReplyDecoder, ReadsAnErrorOfANewerDaemon) {
  const ReplyHeader header = decode_reply(
      R"({"error":{"code":"not_today","message":"m","until":{"x":1}},"more":[],"timestamp":1,"pid":1})");
  ASSERT_TRUE(header.error);
  EXPECT_EQ(header.error->code, "not_today");
  EXPECT_EQ(header.error->size, std::nullopt);
}

TEST(ReplyDecoder, NeverTakesAnErrorForContent) {
  EXPECT_EQ(
      decode_reply(R"({"content":"x","error":{"code":"busy","message":"m"},"timestamp":1,"pid":1})").content,
      std::nullopt);
}

TEST(ReplyDecoder, RefusesWhatIsNoJsonObject) {
  EXPECT_EQ(refusal_of("[]"), "not a JSON object");
  EXPECT_EQ(refusal_of("null"), "not a JSON object");
  for (const auto& bytes :
       {""s, "\0"s, "{"s, "HTTP/1.1 400 Bad Request"s, "\xff"s, std::string(1 << 20, '[')}) {
    EXPECT_TRUE(refusal_of(bytes).starts_with("not valid JSON: ")) << bytes.substr(0, 20);
  }
}

TEST(ReplyDecoder, RefusesAReplyWithoutItsStamp) {
  EXPECT_EQ(refusal_of(R"({"content":"x","pid":1})"), "member 'timestamp' is missing");
  EXPECT_EQ(refusal_of(R"({"content":"x","timestamp":1})"), "member 'pid' is missing");
}

TEST(ReplyDecoder, RefusesMembersOfAnotherType) {
  EXPECT_EQ(refusal_of(R"({"timestamp":"1","pid":1})"), "member 'timestamp' has an unexpected type");
  EXPECT_EQ(refusal_of(R"({"timestamp":1.5,"pid":1})"), "member 'timestamp' has an unexpected type");
  EXPECT_EQ(refusal_of(R"({"content":1,"timestamp":1,"pid":1})"), "member 'content' has an unexpected type");
  EXPECT_EQ(refusal_of(R"({"error":"x","timestamp":1,"pid":1})"), "member 'error' has an unexpected type");
  EXPECT_EQ(refusal_of(R"({"error":{"code":1,"message":"m"},"timestamp":1,"pid":1})"),
            "member 'code' has an unexpected type");
  EXPECT_EQ(refusal_of(R"({"error":{"code":"busy","message":"m","size":-1},"timestamp":1,"pid":1})"),
            "member 'size' has an unexpected type");
}

TEST(ReplyDecoder, RefusesAnErrorWithoutCodeOrMessage) {
  EXPECT_EQ(refusal_of(R"({"error":{"message":"m"},"timestamp":1,"pid":1})"), "member 'code' is missing");
  EXPECT_EQ(refusal_of(R"({"error":{"code":"busy"},"timestamp":1,"pid":1})"), "member 'message' is missing");
}

TEST(ReplyDecoder, RefusesContentThatIsNotWhatItsEncodingSays) {
  EXPECT_EQ(refusal_of(R"({"content":"not base64","encoding":"base64","timestamp":1,"pid":1})"),
            "content is not the base64 it claims to be");
  EXPECT_EQ(refusal_of(R"({"content":"x","encoding":"gzip","timestamp":1,"pid":1})"),
            "content in an unknown encoding");
  EXPECT_EQ(refusal_of(R"({"content":"x","encoding":null,"timestamp":1,"pid":1})"),
            "member 'encoding' has an unexpected type");
}

TEST(ReplyDecoder, RefusesEveryTruncationOfAReply) {
  for (const auto& whole : {R"({"content":"AP8=","encoding":"base64","timestamp":1,"pid":1})"s,
                            R"({"error":{"code":"busy","message":"é\n","size":5},"timestamp":1,"pid":1})"s}) {
    EXPECT_EQ(refusal_of(whole), "accepted");
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_TRUE(refusal_of(whole.substr(0, size)).starts_with("not valid JSON: ")) << size;
    }
  }
}

}  // namespace
}  // namespace filer
