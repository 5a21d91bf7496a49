#include "base/escape.hpp"

#include "base/utf8.hpp"
#include "tests/unit/support/random_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

using namespace std::string_literals;

TEST(Escape, KeepsPrintableText) {
  EXPECT_EQ(escape(""), "");
  EXPECT_EQ(escape("a file name (1).txt"), "a file name (1).txt");
  EXPECT_EQ(escape("Übergröße, 日本語, 🦀"), "Übergröße, 日本語, 🦀");
}

TEST(Escape, KeepsBothKindsOfQuotes) {
  EXPECT_EQ(escape("'\""), "'\"");
}

TEST(Escape, NamesTheUsualControlCharacters) {
  EXPECT_EQ(escape("a\nb\rc\td"), "a\\nb\\rc\\td");
}

TEST(Escape, DoublesABackslashSoThatNothingLooksLikeAnEscape) {
  EXPECT_EQ(escape("\\n"), "\\\\n");
  EXPECT_EQ(escape("\\x1b"), "\\\\x1b");
}

TEST(Escape, ShowsOtherControlCharactersAsBytes) {
  EXPECT_EQ(escape("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(escape("\x7f"), "\\x7f");
  EXPECT_EQ(escape("a\0b"s), "a\\x00b");
}

TEST(Escape, LeavesNoControlByteOfAsciiUnescaped) {
  for (int byte = 0; byte < 0x20; ++byte) {
    const std::string shown = escape(std::string(1, static_cast<char>(byte)));
    ASSERT_EQ(shown.front(), '\\') << byte;
    for (const char c : shown) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << byte;
  }
}

TEST(Escape, ShowsC1ControlsAsCharacters) {
  EXPECT_EQ(escape("\xc2\x80"), "\\u{80}");
  EXPECT_EQ(escape("\xc2\x9b"
                   "2J"),
            "\\u{9b}2J");
  EXPECT_EQ(escape("\xc2\xa0"), "\xc2\xa0");  // a space that does not break is just a space
}

TEST(Escape, ShowsInvalidUtf8AsBytes) {
  EXPECT_EQ(escape("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(escape("caf\xe9"), "caf\\xe9");
  EXPECT_EQ(escape("\xe2\x82"), "\\xe2\\x82");                    // cut off
  EXPECT_EQ(escape("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(escape("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(escape("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // past U+10FFFF
}

TEST(Escape, GoesOnAfterAnInvalidByte) {
  EXPECT_EQ(escape("\xe2\xc3\xa9"), "\\xe2é");
}

TEST(Escape, ShowsEveryBidirectionalControl) {
  EXPECT_EQ(escape("\u061c"), "\\u{61c}");
  EXPECT_EQ(escape("\u200e"), "\\u{200e}");
  EXPECT_EQ(escape("\u200f"), "\\u{200f}");
  EXPECT_EQ(escape("\u202a\u202b\u202c\u202d\u202e"), "\\u{202a}\\u{202b}\\u{202c}\\u{202d}\\u{202e}");
  EXPECT_EQ(escape("\u2066\u2067\u2068\u2069"), "\\u{2066}\\u{2067}\\u{2068}\\u{2069}");
}

TEST(Escape, ShowsLineSeparatorsAndByteOrderMarks) {
  EXPECT_EQ(escape("\u2028\u2029"), "\\u{2028}\\u{2029}");
  EXPECT_EQ(escape("\ufeff"), "\\u{feff}");
}

TEST(Escape, ShowsWhatHidesText) {
  EXPECT_EQ(escape("\u00ad"), "\\u{ad}");
  EXPECT_EQ(escape("\u200b\u200d"), "\\u{200b}\\u{200d}");
  EXPECT_EQ(escape("\u2060"), "\\u{2060}");
  EXPECT_EQ(escape("\U000e0041"), "\\u{e0041}");
}

TEST(Escape, TellsDifferentInputsApart) {
  EXPECT_NE(escape("\n"), escape("\\n"));
  EXPECT_NE(escape("\xff"), escape("\\xff"));
  EXPECT_NE(escape("\u202e"), escape("\\u{202e}"));
}

TEST(Escape, GivesPrintableUtf8ForAnyBytes) {
  test::RandomBytes random;
  for (int round = 0; round < 20000; ++round) {
    const std::string shown = escape(random.next(random.below(12)));
    for (std::string_view rest = shown; !rest.empty();) {
      const CodePoint point = first_code_point(rest);
      ASSERT_GT(point.length, 0U) << shown;
      ASSERT_FALSE(point.value < 0x20 || (point.value >= 0x7f && point.value < 0xa0)) << shown;
      rest.remove_prefix(point.length);
    }
  }
}

TEST(Quote, PutsSingleQuotesAround) {
  EXPECT_EQ(quote("x.txt"), "'x.txt'");
  EXPECT_EQ(quote(""), "''");
}

TEST(Quote, EscapesItsOwnQuoteOnly) {
  EXPECT_EQ(quote("it's \"it\""), "'it\\'s \"it\"'");
}

TEST(Quote, EscapesLikeEscape) {
  EXPECT_EQ(quote("a\nb\xff"), "'a\\nb\\xff'");
}

}  // namespace
}  // namespace filer
