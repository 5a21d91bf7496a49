#include "protocol/request_decoder.hpp"
#include "tests/unit/protocol/request_decoding.hpp"
#include "tests/unit/support/corpora.hpp"
#include "tests/unit/support/random_bytes.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace filer {
namespace {

using namespace std::string_literals;
using test::most_bytes;
using test::refusal_by;
using test::refusal_of;

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

}  // namespace
}  // namespace filer
