#include "protocol/json_writer.hpp"

#include "tests/unit/support/random_bytes.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdint>
#include <limits>
#include <string>

namespace filer {
namespace {

using namespace std::string_view_literals;

std::string written(std::string_view text) {
  return JsonWriter().string(text).take();
}

/// What a JSON parser makes of a document that is one string.
std::string parsed_string(const std::string& document) {
  simdjson::dom::parser parser;
  const std::string_view text = parser.parse(document);
  return std::string(text);
}

/// What JSON.stringify gives for the characters below U+0020 (ECMA-262, QuoteJSONString).
constexpr const char* stringified_controls[0x20] = {
    R"("\u0000")", R"("\u0001")", R"("\u0002")", R"("\u0003")", R"("\u0004")", R"("\u0005")", R"("\u0006")",
    R"("\u0007")", R"("\b")",     R"("\t")",     R"("\n")",     R"("\u000b")", R"("\f")",     R"("\r")",
    R"("\u000e")", R"("\u000f")", R"("\u0010")", R"("\u0011")", R"("\u0012")", R"("\u0013")", R"("\u0014")",
    R"("\u0015")", R"("\u0016")", R"("\u0017")", R"("\u0018")", R"("\u0019")", R"("\u001a")", R"("\u001b")",
    R"("\u001c")", R"("\u001d")", R"("\u001e")", R"("\u001f")"};

TEST(JsonWriter, WritesEveryAsciiCharacterAsJsonStringifyDoes) {
  for (std::size_t value = 0; value < 0x80; ++value) {
    const auto c = static_cast<char>(value);
    std::string expected = std::string("\"") + c + "\"";
    if (value < 0x20) expected = stringified_controls[value];
    if (c == '"') expected = R"("\"")";
    if (c == '\\') expected = R"("\\")";
    EXPECT_EQ(written(std::string(1, c)), expected) << value;
  }
}

TEST(JsonWriter, WritesOtherCharactersAsTheyAre) {
  EXPECT_EQ(written("é日🦀/\u2028\x7f"), "\"é日🦀/\u2028\x7f\"");
}

TEST(JsonWriter, EscapesWithinText) {
  EXPECT_EQ(written("say \"hi\"\n\x01!"), R"("say \"hi\"\n\u0001!")");
}

TEST(JsonWriter, WritesMembersInTheOrderOfTheCalls) {
  JsonWriter json;
  json.begin_object()
      .key("b")
      .string("x")
      .key("a")
      .number(std::int64_t{1})
      .key("c")
      .boolean(true)
      .end_object();
  EXPECT_EQ(json.take(), R"({"b":"x","a":1,"c":true})");
}

TEST(JsonWriter, SeparatesWhatStandsSideBySide) {
  JsonWriter json;
  json.begin_array().string("a").string("").begin_array().end_array().begin_object().end_object();
  json.boolean(false).number(std::uint64_t{0}).end_array();
  EXPECT_EQ(json.take(), R"(["a","",[],{},false,0])");
}

/// The separator is decided by the last byte written, which a string's own text must not imitate.
TEST(JsonWriter, SeparatesAfterTextThatEndsLikeAnOpenObject) {
  for (const char* text : {"{", "[", ":", ",", "\"", "\\"}) {
    JsonWriter json;
    json.begin_array().string(text).string("next").end_array();
    simdjson::dom::parser parser;
    const std::string document = json.take();
    const simdjson::dom::array array = parser.parse(document);
    EXPECT_EQ(array.size(), 2U) << document;
  }
}

TEST(JsonWriter, WritesNumbersToTheirLimits) {
  JsonWriter json;
  json.begin_array().number(std::numeric_limits<std::int64_t>::min());
  json.number(std::numeric_limits<std::int64_t>::max()).number(std::numeric_limits<std::uint64_t>::max());
  json.end_array();
  EXPECT_EQ(json.take(), "[-9223372036854775808,9223372036854775807,18446744073709551615]");
}

TEST(JsonWriter, EscapesKeysToo) {
  EXPECT_EQ(JsonWriter().begin_object().key("a\"b").boolean(true).end_object().take(), R"({"a\"b":true})");
}

TEST(JsonWriter, IsEmptyAfterItsTextWasTaken) {
  JsonWriter json;
  json.begin_array().end_array();
  EXPECT_EQ(json.take(), "[]");
  json.begin_object().end_object();
  EXPECT_EQ(json.take(), "{}");
}

TEST(JsonWriter, IsReadBackByAParserForAnyText) {
  constexpr std::string_view troublesome =
      "\0\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19"
      "\x1a\x1b\x1c\x1d\x1e\x1f \"\\/bfnrtu0{}[]:,'\x7f"sv;
  test::RandomBytes random;
  for (int round = 0; round < 5000; ++round) {
    std::string text = random.next(random.below(80), troublesome);
    if (round % 2 == 0) text += "é日🦀" + random.next(random.below(8), troublesome);
    ASSERT_EQ(parsed_string(written(text)), text);
  }
}

TEST(JsonWriter, WritesAMebibyteOfControlCharacters) {
  const std::string text(1 << 20, '\x01');
  const std::string document = written(text);
  EXPECT_EQ(document.size(), 6 * text.size() + 2);
  EXPECT_EQ(parsed_string(document), text);
}

}  // namespace
}  // namespace filer
