#include "cli/format/name.hpp"

#include <gtest/gtest.h>

#include <clocale>

namespace filer {
namespace {

std::string written(std::string_view key, std::string_view bytes) {
  JsonWriter json;
  json.begin_object();
  write_name(json, key, bytes);
  return json.end_object().take();
}

TEST(WriteName, WritesTextAsItIs) {
  EXPECT_EQ(written("path", "grün\n"), R"({"path":"grün\n"})");
}

TEST(WriteName, WritesOtherBytesAsBase64) {
  EXPECT_EQ(written("path", "\xff"), R"({"path_base64":"/w=="})");
  EXPECT_EQ(written("line", "a\xed\xa0\x80"), R"({"line_base64":"Ye2ggA=="})");
}

class DisplayWidth : public testing::Test {
 protected:
  DisplayWidth() { std::setlocale(LC_CTYPE, "C.UTF-8"); }
  ~DisplayWidth() override { std::setlocale(LC_CTYPE, "C"); }
};

TEST_F(DisplayWidth, IsTheColumnsThatTextTakes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("grün"), 4U);
  EXPECT_EQ(display_width("会"), 2U);
  EXPECT_EQ(display_width("e\u0301"), 1U);  // the accent takes none
}

}  // namespace
}  // namespace filer
