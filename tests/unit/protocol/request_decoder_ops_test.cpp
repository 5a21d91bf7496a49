#include "protocol/request_decoder.hpp"
#include "tests/unit/protocol/request_decoding.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace filer {
namespace {

using namespace std::string_literals;
using test::most_bytes;
using test::refusal_of;

bool is_hello(std::string_view bytes) {
  RequestDecoder decoder(most_bytes);
  return std::holds_alternative<HelloRequest>(decoder.decode(bytes));
}

TEST(RequestDecoder, ReadsHello) {
  EXPECT_TRUE(is_hello(R"({"op":"hello"})"));
}

TEST(RequestDecoder, ReadsEveryMemberOfAGet) {
  RequestDecoder decoder(most_bytes);
  const auto get = std::get<GetRequest>(decoder.decode(
      R"({"op":"get","root":"logs","path":"a","offset":1,"length":2,"encoding":"base64","if_match":"x","if_none_match":"y","wait_ms":3,"digest":true})"));
  EXPECT_EQ(get.target.root, "logs");
  EXPECT_EQ(get.target.path, "a");
  EXPECT_EQ(get.offset, 1U);
  EXPECT_EQ(get.length, 2U);
  EXPECT_EQ(get.encoding, Encoding::base64);
  EXPECT_EQ(get.if_match, "x");
  EXPECT_EQ(get.if_none_match.etag, "y");
  EXPECT_EQ(get.if_none_match.wait_ms, 3U);
  EXPECT_TRUE(get.digest);
}

TEST(RequestDecoder, TakesAGetWithoutItsOptionsForAllOfAFileInRawBytes) {
  RequestDecoder decoder(most_bytes);
  const auto get = std::get<GetRequest>(decoder.decode(R"({"op":"get","path":"a"})"));
  EXPECT_EQ(get.target.root, std::nullopt);
  EXPECT_EQ(get.offset, 0U);
  EXPECT_EQ(get.length, std::nullopt);
  EXPECT_EQ(get.encoding, Encoding::raw);
  EXPECT_EQ(get.if_match, std::nullopt);
  EXPECT_EQ(get.if_none_match.etag, std::nullopt);
  EXPECT_EQ(get.if_none_match.wait_ms, 0U);
  EXPECT_FALSE(get.digest);
}

TEST(RequestDecoder, KnowsEveryEncodingByItsName) {
  const auto encoding_of = [](const std::string& name) {
    RequestDecoder decoder(most_bytes);
    return std::get<GetRequest>(decoder.decode(R"({"op":"get","path":"a","encoding":")" + name + "\"}"))
        .encoding;
  };
  EXPECT_EQ(encoding_of("raw"), Encoding::raw);
  EXPECT_EQ(encoding_of("utf8"), Encoding::utf8);
  EXPECT_EQ(encoding_of("base64"), Encoding::base64);
}

TEST(RequestDecoder, ReadsEveryMemberOfADigest) {
  RequestDecoder decoder(most_bytes);
  const auto digest = std::get<DigestRequest>(decoder.decode(
      R"({"op":"digest","root":"logs","path":"a","algorithm":"sha256","offset":1,"length":2,"chunk":18446744073709551615})"));
  EXPECT_EQ(digest.target.root, "logs");
  EXPECT_EQ(digest.target.path, "a");
  EXPECT_EQ(digest.offset, 1U);
  EXPECT_EQ(digest.length, 2U);
  EXPECT_EQ(digest.chunk, 18446744073709551615U);
}

TEST(RequestDecoder, TakesADigestWithoutItsOptionsForOneOfTheWholeFile) {
  RequestDecoder decoder(most_bytes);
  const auto digest = std::get<DigestRequest>(decoder.decode(R"({"op":"digest","path":"a"})"));
  EXPECT_EQ(digest.offset, 0U);
  EXPECT_EQ(digest.length, std::nullopt);
  EXPECT_EQ(digest.chunk, std::nullopt);
}

TEST(RequestDecoder, ReadsHowLongEachOpThatCanBeWatchedMayWait) {
  RequestDecoder decoder(most_bytes);
  const auto decode = [&decoder](const std::string& op) {
    return decoder.decode(R"({"op":")" + op + R"(","path":"a","if_none_match":"","wait_ms":60000})");
  };
  EXPECT_EQ(std::get<GetRequest>(decode("get")).if_none_match.wait_ms, 60000U);
  EXPECT_EQ(std::get<StatRequest>(decode("stat")).if_none_match.wait_ms, 60000U);
  EXPECT_EQ(std::get<ListRequest>(decode("list")).if_none_match.wait_ms, 60000U);
  EXPECT_EQ(std::get<ListRequest>(decode("list")).if_none_match.etag, "");
}

TEST(RequestDecoder, RefusesToWaitForNothingInParticular) {
  for (const std::string op : {"get", "stat", "list"}) {
    const std::string request = R"({"op":")" + op + R"(","path":"a")";
    EXPECT_EQ(refusal_of(request + R"(,"wait_ms":1})"),
              "bad_request: member 'wait_ms' needs 'if_none_match'");
    EXPECT_EQ(refusal_of(request + R"(,"wait_ms":0})"),
              "bad_request: member 'wait_ms' needs 'if_none_match'");
    EXPECT_EQ(refusal_of(request + R"(,"if_none_match":"x","wait_ms":-1})"),
              "bad_request: member 'wait_ms' must be an integer from 0 on, not another number");
    EXPECT_EQ(refusal_of(request + R"(,"if_none_match":"x","wait_ms":0})"), "accepted");
  }
}

TEST(RequestDecoder, KnowsNoOtherAlgorithmThanSha256) {
  EXPECT_EQ(refusal_of(R"({"op":"digest","path":"a","algorithm":"md5"})"),
            "bad_request: member 'algorithm' must be sha256, not 'md5'");
  EXPECT_EQ(refusal_of(R"({"op":"digest","path":"a","algorithm":"SHA256"})"),
            "bad_request: member 'algorithm' must be sha256, not 'SHA256'");
  EXPECT_EQ(refusal_of(R"({"op":"digest","path":"a","algorithm":"\u001b"})"),
            "bad_request: member 'algorithm' must be sha256, not '\\x1b'");
}

TEST(RequestDecoder, RefusesChunksOfNoBytes) {
  EXPECT_EQ(refusal_of(R"({"op":"digest","path":"a","chunk":0})"),
            "bad_request: member 'chunk' must be at least 1");
}

TEST(RequestDecoder, TakesOnlyTrueOrFalseForWhetherADigestIsWanted) {
  RequestDecoder decoder(most_bytes);
  EXPECT_FALSE(std::get<GetRequest>(decoder.decode(R"({"op":"get","path":"a","digest":false})")).digest);
  EXPECT_EQ(refusal_of(R"({"op":"get","path":"a","digest":1})"),
            "bad_request: member 'digest' must be true or false, not a number");
  EXPECT_EQ(refusal_of(R"({"op":"get","path":"a","digest":"sha256"})"),
            "bad_request: member 'digest' must be true or false, not a string");
}

TEST(RequestDecoder, ReadsNamesThatAreNotUtf8FromBase64) {
  RequestDecoder decoder(most_bytes);
  const auto stat = std::get<StatRequest>(decoder.decode(R"({"op":"stat","path_base64":"YmFk/w=="})"));
  EXPECT_EQ(stat.target.path, "bad\xff");
}

TEST(RequestDecoder, RefusesMembersOfAnOpThatMakeNoSense) {
  for (const char* request : {R"({"op":"get"})",
                              R"({"op":"get","path":""})",
                              R"({"op":"get","path":"a\u0000b"})",
                              R"({"op":"get","path":"a","path_base64":"YQ=="})",
                              R"({"op":"get","path_base64":"YQ"})",
                              R"({"op":"get","path_base64":"YQBi"})",
                              R"({"op":"get","path":"a","offset":-1})",
                              R"({"op":"get","path":"a","offset":1.5})",
                              R"({"op":"get","path":"a","offset":"1"})",
                              R"({"op":"get","path":"a","offset":18446744073709551616})",
                              R"({"op":"get","path":"a","length":null})",
                              R"({"op":"get","path":"a","encoding":"utf-8"})",
                              R"({"op":"get","path":"a","ofset":1})",
                              R"({"op":"get","path":"a","path":"b"})",
                              R"({"op":"stat","path":"a","offset":1})",
                              R"({"op":"stat","path":"a","digest":true})",
                              R"({"op":"digest","path":"a","if_none_match":"x"})",
                              R"({"op":"digest","path":"a","wait_ms":1})",
                              R"({"op":"digest","path":"a","chunk":"1"})",
                              R"({"op":"digest"})",
                              R"({"op":"list","path":"a","limit":0})",
                              R"({"op":"list"})",
                              R"({"op":"hello","path":"a"})",
                              R"({"op":"stats","op":"stats"})",
                              R"({"op":7})"}) {
    EXPECT_TRUE(refusal_of(request).starts_with("bad_request: ")) << request << ": " << refusal_of(request);
  }
}

TEST(RequestDecoder, RefusesAnOpThatIsThereTwice) {
  EXPECT_EQ(refusal_of(R"({"op":"hello","op":"hello"})"), "bad_request: member 'op' is there more than once");
}

TEST(RequestDecoder, RefusesAnOpThatIsNoString) {
  EXPECT_EQ(refusal_of(R"({"op":null,"path":"x"})"), "bad_request: member 'op' must be a string, not null");
  EXPECT_EQ(refusal_of(R"({"op":["hello"]})"), "bad_request: member 'op' must be a string, not an array");
}

constexpr const char* known_ops = "; this daemon knows hello, get, stat, list, digest, stats";

TEST(RequestDecoder, RefusesAnUnknownOp) {
  EXPECT_EQ(refusal_of(R"({"op":"delete","path":"x"})"), "unknown_op: unknown op 'delete'"s + known_ops);
  EXPECT_EQ(refusal_of(R"({"op":""})"), "unknown_op: unknown op ''"s + known_ops);
  EXPECT_EQ(refusal_of(R"({"op":"Hello"})"), "unknown_op: unknown op 'Hello'"s + known_ops);
  EXPECT_EQ(refusal_of(R"({"op":"classic","path":"x"})"), "unknown_op: unknown op 'classic'"s + known_ops);
}

TEST(RequestDecoder, RefusesUnknownMembersOfAnOp) {
  EXPECT_EQ(refusal_of(R"({"op":"hello","path":"x"})"),
            "bad_request: unknown member 'path'; this op knows op");
}

TEST(RequestDecoder, EscapesWhatItRepeats) {
  EXPECT_EQ(refusal_of(R"({"op":"\u001b[2J\u202e"})"),
            "unknown_op: unknown op '\\x1b[2J\\u{202e}'"s + known_ops);
  EXPECT_EQ(refusal_of(R"({"op":"hello","a\nb":1})"),
            "bad_request: unknown member 'a\\nb'; this op knows op");
}

TEST(RequestDecoder, RepeatsLittleOfALongText) {
  EXPECT_EQ(refusal_of("{\"op\":\"" + std::string(60000, 'x') + "\"}"),
            "unknown_op: unknown op '" + std::string(64, 'x') + "'" + known_ops);
  EXPECT_LT(refusal_of("{\"op\":\"hello\",\"" + std::string(60000, 'x') + "\":1}").size(), 200U);
}

}  // namespace
}  // namespace filer
