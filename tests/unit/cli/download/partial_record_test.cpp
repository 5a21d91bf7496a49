#include "cli/download/partial_record.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

TEST(PartialRecord, ComesBackAsItWas) {
  for (const std::string& path : {std::string("a/b.txt"), std::string("\"\\\n\x1b"), std::string("caf\xe9"),
                                  std::string("grün"), std::string()}) {
    const PartialRecord record{path, "an \"etag\"", UINT64_MAX};
    EXPECT_EQ(decode_record(encode_record(record)), record) << path;
  }
}

TEST(PartialRecord, IsALineOfJson) {
  EXPECT_EQ(encode_record({"a/b", "etag", 7}), "{\"path\":\"a/b\",\"etag\":\"etag\",\"size\":7}\n");
}

TEST(PartialRecord, IsNoneWhereItWasCutShort) {
  const std::string text = encode_record({"a/b", "etag", 7});
  for (std::size_t length = 0; length + 1 < text.size(); ++length) {
    EXPECT_EQ(decode_record(text.substr(0, length)), std::nullopt) << length;
  }
}

TEST(PartialRecord, IsNoneWhereItIsSomethingElse) {
  for (const std::string& text : {
           std::string("nonsense"),
           std::string("[]"),
           std::string("null"),
           std::string("\0\0\0\0", 4),
           std::string(4096, '['),
           std::string(R"({"path":"x","etag":"e"})"),
           std::string(R"({"path":"x","size":1})"),
           std::string(R"({"etag":"e","size":1})"),
           std::string(R"({"path":1,"etag":"e","size":1})"),
           std::string(R"({"path":"x","etag":null,"size":1})"),
           std::string(R"({"path":"x","etag":"e","size":-1})"),
           std::string(R"({"path":"x","etag":"e","size":1.5})"),
           std::string(R"({"path":"x","path":"y","etag":"e","size":1})"),
           std::string(R"({"path_base64":"?","etag":"e","size":1})"),
           std::string(R"({"path":"x","etag":"e","size":1} more)"),
       }) {
    EXPECT_EQ(decode_record(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace filer
