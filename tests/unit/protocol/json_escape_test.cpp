#include "protocol/json_escape.hpp"

#include "tests/unit/support/random_bytes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace filer {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_json_escaped(out, text);
  return out;
}

TEST(JsonEscape, LeavesAllButQuotesBackslashesAndControlCharacters) {
  for (int value = 0; value < 256; ++value) {
    const char c = static_cast<char>(value);
    const bool must = value < 0x20 || c == '"' || c == '\\';
    EXPECT_EQ(escaped({&c, 1}).size() > 1, must) << value;
  }
}

TEST(JsonEscape, HasShortFormsWhereThereAreAny) {
  EXPECT_EQ(escaped("\"\\\b\f\n\r\t"), R"(\"\\\b\f\n\r\t)");
  EXPECT_EQ(escaped(std::string_view("\0\x1f", 2)), R"(\u0000\u001f)");
}

/// At every place of a text, whatever block of the search it falls into, and for every byte.
TEST(JsonEscape, IsFoundWhereverItIs) {
  for (std::size_t size = 0; size < 70; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      for (const char c : {'"', '\\', '\0', '\x1f'}) {
        text[at] = c;
        ASSERT_EQ(find_json_escape(text, 0), at) << size;
        ASSERT_EQ(find_json_escape(text, at), at) << size;
        ASSERT_EQ(find_json_escape(text, at + 1), size) << at;
      }
      text[at] = '\x7f';
      ASSERT_EQ(find_json_escape(text, 0), size) << at;
      text[at] = '\xff';
      ASSERT_EQ(find_json_escape(text, 0), size) << at;
    }
  }
}

TEST(JsonEscape, IsFoundAlikeByBothSearches) {
  test::RandomBytes random;
  for (int round = 0; round < 20000; ++round) {
    std::string text = random.next(random.below(100));
    if (round % 2 == 0) text = std::string(random.below(100), 'x') + text;
    for (std::size_t from = 0; from <= text.size(); from += 1 + random.below(7))
      ASSERT_EQ(find_json_escape(text, from), find_json_escape_bytewise(text, from));
  }
}

TEST(JsonEscape, TellsItsSizeBefore) {
  test::RandomBytes random;
  for (int round = 0; round < 5000; ++round) {
    const std::string text = random.next(random.below(200));
    ASSERT_EQ(json_escaped_size(text), escaped(text).size());
  }
}

}  // namespace
}  // namespace filer
