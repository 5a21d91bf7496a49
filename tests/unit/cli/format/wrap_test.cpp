#include "cli/format/wrap.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

TEST(WrapWords, LeavesAShortLineAsItIs) {
  EXPECT_EQ(wrap_words("", 10), "");
  EXPECT_EQ(wrap_words("one two", 7), "one two");
  EXPECT_EQ(wrap_words("a  b", 10), "a  b");
}

TEST(WrapWords, BreaksAtSpaces) {
  EXPECT_EQ(wrap_words("one two three four", 9), "one two\n  three\n  four");
}

TEST(WrapWords, LeavesALongWordWhole) {
  EXPECT_EQ(wrap_words("see tcp://127.0.0.1:60401 now", 10), "see\n  tcp://127.0.0.1:60401\n  now");
}

TEST(WrapWords, CountsCharactersNotBytes) {
  EXPECT_EQ(wrap_words("äöü äöü", 7), "äöü äöü");
}

}  // namespace
}  // namespace filer
