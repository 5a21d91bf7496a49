#include "base/utf8.hpp"

#include "tests/unit/support/random_bytes.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>

namespace filer {
namespace {

using namespace std::string_view_literals;

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = first_code_point(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

void expect_code_point(std::string_view text, char32_t value) {
  const CodePoint point = first_code_point(text);
  EXPECT_EQ(point.length, text.size());
  EXPECT_EQ(static_cast<unsigned>(point.value), static_cast<unsigned>(value));
}

TEST(Utf8, ReadsTheFirstAndLastCharacterOfEachLength) {
  expect_code_point("\0"sv, 0);
  expect_code_point("\x7f", 0x7f);
  expect_code_point("\xc2\x80", 0x80);
  expect_code_point("\xdf\xbf", 0x7ff);
  expect_code_point("\xe0\xa0\x80", 0x800);
  expect_code_point("\xef\xbf\xbf", 0xffff);
  expect_code_point("\xf0\x90\x80\x80", 0x10000);
  expect_code_point("\xf4\x8f\xbf\xbf", 0x10ffff);
}

TEST(Utf8, ReadsOnlyTheFirstCharacter) {
  EXPECT_EQ(first_code_point("é and more").length, 2U);
}

TEST(Utf8, RefusesOverlongForms) {
  for (const auto text :
       {"\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf"}) {
    EXPECT_EQ(first_code_point(text).length, 0U);
  }
}

TEST(Utf8, RefusesSurrogates) {
  EXPECT_EQ(first_code_point("\xed\xa0\x80").length, 0U);
  EXPECT_EQ(first_code_point("\xed\xbf\xbf").length, 0U);
  expect_code_point("\xed\x9f\xbf", 0xd7ff);
  expect_code_point("\xee\x80\x80", 0xe000);
}

TEST(Utf8, RefusesWhatIsPastTheLastCharacter) {
  EXPECT_EQ(first_code_point("\xf4\x90\x80\x80").length, 0U);
  EXPECT_EQ(first_code_point("\xf8\x88\x80\x80\x80").length, 0U);
}

TEST(Utf8, RefusesTextThatIsCutOff) {
  EXPECT_EQ(first_code_point("\xc3").length, 0U);
  EXPECT_EQ(first_code_point("\xe2\x82").length, 0U);
  EXPECT_EQ(first_code_point("\xf0\x9f\xa6").length, 0U);
}

TEST(Utf8, AgreesWithSimdjsonOnEveryTextOfTwoBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      ASSERT_EQ(is_utf8(text), simdjson::validate_utf8(text)) << first << " " << second;
    }
  }
}

TEST(Utf8, AgreesWithSimdjsonOnHostileTexts) {
  // Only lead bytes, continuation bytes and their neighbours, so that many texts are nearly valid.
  constexpr std::string_view alphabet =
      "a\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xed\xef\xf0\xf4\xf5\xff";
  test::RandomBytes random;
  int valid = 0;
  for (int round = 0; round < 200000; ++round) {
    const std::string text = random.next(1 + random.below(6), alphabet);
    ASSERT_EQ(is_utf8(text), simdjson::validate_utf8(text)) << text;
    if (is_utf8(text)) ++valid;
  }
  EXPECT_GT(valid, 1000);
}

}  // namespace
}  // namespace filer
