#include "protocol/request_decoder.hpp"

#include "tests/unit/protocol/request_decoding.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <limits>
#include <new>
#include <string>
#include <string_view>
#include <variant>

namespace filer {
namespace {

using namespace std::string_literals;
using test::most_bytes;
using test::path_of;
using test::refusal_by;
using test::refusal_of;

TEST(RequestDecoder, ReadsAClassicRequest) {
  EXPECT_EQ(path_of(R"({"path":"target.txt"})"), "target.txt");
  EXPECT_EQ(path_of(" {\n\t\"path\" : \"target.txt\"\r\n} "), "target.txt");
}

TEST(RequestDecoder, ReadsWhatComesAgainAndWhatComesBetween) {
  RequestDecoder decoder(most_bytes);
  const auto path = [&decoder](std::string_view bytes) {
    return std::get<ClassicRequest>(decoder.decode(bytes)).path;
  };
  const std::string a = R"({"path":"a"})";
  const std::string b = R"({"path":"b"})";
  const std::string large = R"({"path":"c","padding":")" + std::string(10000, 'x') + "\"}";
  for (int times = 0; times < 3; ++times) {
    EXPECT_EQ(path(a), "a");
    EXPECT_EQ(path(a), "a");
    EXPECT_EQ(path(b), "b");
    EXPECT_EQ(path(large), "c");
    EXPECT_EQ(path(b), "b");
    EXPECT_TRUE(refusal_by(decoder, "").starts_with("bad_request: the request is empty"));
    EXPECT_NE(refusal_by(decoder, "{"), "accepted");
    EXPECT_NE(refusal_by(decoder, "{"), "accepted");
    EXPECT_EQ(path(b), "b");
  }
}

TEST(RequestDecoder, IgnoresOtherMembersOfAClassicRequest) {
  EXPECT_EQ(path_of(R"({"id":7,"path":"x","offset":null,"nested":{"path":"y"},"id":8})"), "x");
}

TEST(RequestDecoder, ReadsEscapesInAPath) {
  EXPECT_EQ(path_of(R"({"path":"\u00e9\n\"\\\/\ud83e\udd80"})"), "é\n\"\\/🦀");
}

TEST(RequestDecoder, KeepsAPathAsItIs) {
  EXPECT_EQ(path_of(R"({"path":"  ../a//./b/ "})"), "  ../a//./b/ ");
}

TEST(RequestDecoder, ReadsEveryCharacterAPathMayHold) {
  for (int value = 1; value < 0x80; ++value) {
    char escaped[8];
    std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(value));
    EXPECT_EQ(path_of("{\"path\":\"" + std::string(escaped) + "\"}"),
              std::string(1, static_cast<char>(value)));
  }
}

TEST(RequestDecoder, RefusesAnEmptyRequest) {
  EXPECT_EQ(refusal_of(""),
            "bad_request: the request is empty; expected one JSON object such as {\"path\":\"target.txt\"}");
}

TEST(RequestDecoder, RefusesWhatIsNoJson) {
  for (const auto& bytes :
       {"\0"s, " "s, "target.txt"s, "{"s, "{\"path\""s, "{\"path\":\"x\"}}"s, "{\"path\":\"x\",}"s,
        "{path:\"x\"}"s, "{'path':'x'}"s, "{\"path\":\"x\"}\0"s, "\xff\xff\xff\xff"s,
        "\xef\xbb\xbf{\"path\":\"x\"}"s, "{\"path\":\"\xff\"}"s, "{\"path\":\"\xed\xa0\x80\"}"s,
        "{\"path\":\"a\nb\"}"s, "{\"path\":\"\\x41\"}"s, "GET / HTTP/1.1\r\n\r\n"s}) {
    const std::string refusal = refusal_of(bytes);
    EXPECT_TRUE(refusal.starts_with("bad_request: the request is not valid JSON: "))
        << bytes << ": " << refusal;
  }
}

TEST(RequestDecoder, RefusesALoneSurrogate) {
  EXPECT_TRUE(refusal_of(R"({"path":"\ud800"})").starts_with("bad_request: the request is not valid JSON"));
  EXPECT_TRUE(
      refusal_of(R"({"path":"\udc00\ud800"})").starts_with("bad_request: the request is not valid JSON"));
}

TEST(RequestDecoder, RefusesOtherJsonThanAnObject) {
  EXPECT_EQ(refusal_of("[]"), "bad_request: the request must be one JSON object, not an array");
  EXPECT_EQ(refusal_of("\"x\""), "bad_request: the request must be one JSON object, not a string");
  EXPECT_EQ(refusal_of("7"), "bad_request: the request must be one JSON object, not a number");
  EXPECT_EQ(refusal_of("1e3"), "bad_request: the request must be one JSON object, not a number");
  EXPECT_EQ(refusal_of("18446744073709551615"),
            "bad_request: the request must be one JSON object, not a number");
  EXPECT_EQ(refusal_of("true"), "bad_request: the request must be one JSON object, not true or false");
  EXPECT_EQ(refusal_of("null"), "bad_request: the request must be one JSON object, not null");
}

TEST(RequestDecoder, NamesTheMemberThatIsMissing) {
  const std::string missing =
      "bad_request: member 'path' is missing; a request looks like {\"path\":\"target.txt\"}";
  EXPECT_EQ(refusal_of("{}"), missing);
  EXPECT_EQ(refusal_of(R"({"Path":"x"})"), missing);
  EXPECT_EQ(refusal_of(R"({"path\u0000":"x"})"), missing);
  EXPECT_EQ(refusal_of(R"({"nested":{"path":"x"}})"), missing);
}

TEST(RequestDecoder, RefusesAPathThatIsNoString) {
  EXPECT_EQ(refusal_of(R"({"path":1})"), "bad_request: member 'path' must be a string, not a number");
  EXPECT_EQ(refusal_of(R"({"path":null})"), "bad_request: member 'path' must be a string, not null");
  EXPECT_EQ(refusal_of(R"({"path":["x"]})"), "bad_request: member 'path' must be a string, not an array");
  EXPECT_EQ(refusal_of(R"({"path":{}})"), "bad_request: member 'path' must be a string, not an object");
  EXPECT_EQ(refusal_of(R"({"path":true})"), "bad_request: member 'path' must be a string, not true or false");
}

TEST(RequestDecoder, RefusesAnEmptyPath) {
  EXPECT_EQ(refusal_of(R"({"path":""})"), "bad_request: member 'path' is empty");
}

TEST(RequestDecoder, RefusesANulInAPath) {
  EXPECT_EQ(refusal_of(R"({"path":"target.txt\u0000.png"})"),
            "bad_request: member 'path' contains a NUL character");
  EXPECT_EQ(refusal_of(R"({"path":"\u0000"})"), "bad_request: member 'path' contains a NUL character");
}

TEST(RequestDecoder, RefusesAPathThatIsThereTwice) {
  EXPECT_EQ(refusal_of(R"({"path":"a","path":"b"})"), "bad_request: member 'path' is there more than once");
  EXPECT_EQ(refusal_of(R"({"path":"a","\u0070ath":"a"})"),
            "bad_request: member 'path' is there more than once");
}

TEST(RequestDecoder, TakesARequestOfExactlyTheLimit) {
  const std::string path(most_bytes - R"({"path":""})"s.size(), 'x');
  const std::string request = "{\"path\":\"" + path + "\"}";
  ASSERT_EQ(request.size(), most_bytes);
  EXPECT_EQ(path_of(request), path);
  EXPECT_EQ(refusal_of(request + " "), "bad_request: the request is longer than 65536 bytes");
}

TEST(RequestDecoder, SaysAtOnceThatThereIsNoMemoryForSuchRequests) {
  constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  EXPECT_THROW(RequestDecoder decoder(all), std::bad_alloc);
}

}  // namespace
}  // namespace filer
