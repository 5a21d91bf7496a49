#include "protocol/request_decoder.hpp"

#include "protocol/error_code.hpp"
#include "tests/unit/support/corpora.hpp"
#include "tests/unit/support/random_bytes.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <new>
#include <string>

namespace filer {
namespace {

using namespace std::string_literals;

constexpr std::size_t most_bytes = 64 << 10;

/// The path of a classic request.
std::string path_of(std::string_view bytes) {
  RequestDecoder decoder(most_bytes);
  return std::get<ClassicRequest>(decoder.decode(bytes)).path;
}

bool is_hello(std::string_view bytes) {
  RequestDecoder decoder(most_bytes);
  return std::holds_alternative<HelloRequest>(decoder.decode(bytes));
}

/// "code: message" of a request that is refused; "accepted" for one that is not.
std::string refusal_by(RequestDecoder& decoder, std::string_view bytes) {
  try {
    (void)decoder.decode(bytes);
    return "accepted";
  } catch (const RequestError& error) {
    return std::string(error_code_name(error.code)) + ": " + error.what();
  }
}

std::string refusal_of(std::string_view bytes) {
  RequestDecoder decoder(most_bytes);
  return refusal_by(decoder, bytes);
}

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

TEST(RequestDecoder, ReadsHello) {
  EXPECT_TRUE(is_hello(R"({"op":"hello"})"));
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

TEST(RequestDecoder, TakesARequestOfExactlyTheLimit) {
  const std::string path(most_bytes - R"({"path":""})"s.size(), 'x');
  const std::string request = "{\"path\":\"" + path + "\"}";
  ASSERT_EQ(request.size(), most_bytes);
  EXPECT_EQ(path_of(request), path);
  EXPECT_EQ(refusal_of(request + " "), "bad_request: the request is longer than 65536 bytes");
}

TEST(RequestDecoder, RefusesDeepNesting) {
  const auto nested = [](std::size_t depth) {
    return "{\"path\":\"x\",\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_EQ(refusal_of(nested(20)), "accepted");
  EXPECT_TRUE(refusal_of(nested(64)).starts_with("bad_request: the request is not valid JSON: "));
  EXPECT_TRUE(refusal_of(nested(30000)).starts_with("bad_request: the request is not valid JSON: "));
  EXPECT_TRUE(refusal_of(std::string(most_bytes, '[')).starts_with("bad_request: "));
  EXPECT_TRUE(refusal_of(std::string(most_bytes, '{')).starts_with("bad_request: "));
}

TEST(RequestDecoder, GoesOnAfterARefusal) {
  RequestDecoder decoder(most_bytes);
  for (const auto& hostile :
       {std::string(most_bytes, '['), "{\"path\":"s, ""s, std::string(most_bytes + 1, ' ')}) {
    EXPECT_NE(refusal_by(decoder, hostile), "accepted");
    EXPECT_EQ(std::get<ClassicRequest>(decoder.decode(R"({"path":"x"})")).path, "x");
  }
}

TEST(RequestDecoder, RefusesEveryTruncationOfARequest) {
  RequestDecoder decoder(most_bytes);
  for (const auto& whole : {R"({"path":"dir/é\u00e9\n🦀.txt"})"s, R"({"op":"hello"})"s,
                            R"({"id":[1,-2.5e3,null,true,{"a":"b"}],"path":"x"})"s}) {
    EXPECT_EQ(refusal_by(decoder, whole), "accepted");
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string refusal = refusal_by(decoder, whole.substr(0, size));
      EXPECT_TRUE(refusal.starts_with("bad_request: ")) << whole.substr(0, size) << ": " << refusal;
    }
  }
}

TEST(RequestDecoder, AnswersEveryChangeOfOneByte) {
  RequestDecoder decoder(most_bytes);
  const std::string whole = R"({"op":"hello","path":"é\n"})";
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(value);
      const std::string refusal = refusal_by(decoder, bytes);
      EXPECT_TRUE(refusal == "accepted" || refusal.starts_with("bad_request: ") ||
                  refusal.starts_with("unknown_op: "))
          << bytes << ": " << refusal;
    }
  }
}

TEST(RequestDecoder, AnswersAnySoupOfJson) {
  RequestDecoder decoder(most_bytes);
  test::RandomBytes random;
  for (int round = 0; round < 50000; ++round) {
    const std::string bytes =
        random.next(1 + random.below(40), "{}[]:,\"\\pathoelu0123456789.-+enrsf \n\t\x80\xc3\xa9");
    const std::string refusal = refusal_by(decoder, bytes);
    ASSERT_TRUE(refusal == "accepted" || refusal.starts_with("bad_request: ")) << bytes << ": " << refusal;
  }
}

/// JSONTestSuite: what no parser may accept.
TEST(RequestDecoder, RefusesEveryMalformedFileOfJsonTestSuite) {
  const auto directory = test::corpus("json/test_parsing");
  if (!directory) GTEST_SKIP() << "FILER_CORPORA is not set";
  const auto files = test::files_in(*directory, "n_");
  EXPECT_GE(files.size(), 180U);
  // Some are larger than a request may be: room for them, so that their JSON is what is judged.
  RequestDecoder decoder(1 << 20);
  for (const auto& file : files) {
    const std::string refusal = refusal_by(decoder, test::read_file(file));
    EXPECT_TRUE(refusal.starts_with("bad_request: the request is not valid JSON: ") ||
                refusal.starts_with("bad_request: the request is empty"))
        << file << ": " << refusal;
  }
}

/// JSONTestSuite: what every parser must accept, and what each may judge for itself. None of it is a request:
/// well-formed objects lack a path.
TEST(RequestDecoder, AnswersEveryOtherFileOfJsonTestSuite) {
  const auto directory = test::corpus("json/test_parsing");
  if (!directory) GTEST_SKIP() << "FILER_CORPORA is not set";
  RequestDecoder decoder(1 << 20);
  for (const char* kind : {"y_", "i_"}) {
    const auto files = test::files_in(*directory, kind);
    EXPECT_GE(files.size(), 30U);
    for (const auto& file : files) {
      const std::string refusal = refusal_by(decoder, test::read_file(file));
      EXPECT_TRUE(refusal == "accepted" || refusal.starts_with("bad_request: ")) << file << ": " << refusal;
      const bool judged_malformed = refusal.starts_with("bad_request: the request is not valid JSON");
      EXPECT_FALSE(kind[0] == 'y' && judged_malformed) << file << ": " << refusal;
    }
  }
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

TEST(RequestDecoder, SaysAtOnceThatThereIsNoMemoryForSuchRequests) {
  constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  EXPECT_THROW(RequestDecoder decoder(all), std::bad_alloc);
}

}  // namespace
}  // namespace filer
