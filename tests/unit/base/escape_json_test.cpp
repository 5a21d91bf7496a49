#include "base/escape_json.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

TEST(EscapeJson, LeavesWhatCanBePrinted) {
  EXPECT_EQ(escape_json("{\"a\\n\":\"\u00e9 \U0001f600\"}\n"), "{\"a\\n\":\"\u00e9 \U0001f600\"}\n");
}

TEST(EscapeJson, EscapesWhatDrivesATerminalAsJsonDoes) {
  EXPECT_EQ(escape_json("\"\x1b\x7f\u009b\u202e\U000e0041\""),
            "\"\\u001b\\u007f\\u009b\\u202e\\udb40\\udc41\"");
}

TEST(EscapeJson, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(escape_json("\"\x9b\""), "\"\\ufffd\"");
}

}  // namespace
}  // namespace filer
