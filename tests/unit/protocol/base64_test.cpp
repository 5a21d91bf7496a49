#include "protocol/base64.hpp"

#include "tests/unit/support/random_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

using namespace std::string_literals;

TEST(Base64, EncodesTheExamplesOfRfc4648) {
  EXPECT_EQ(encode_base64(""), "");
  EXPECT_EQ(encode_base64("f"), "Zg==");
  EXPECT_EQ(encode_base64("fo"), "Zm8=");
  EXPECT_EQ(encode_base64("foo"), "Zm9v");
  EXPECT_EQ(encode_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(encode_base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, UsesTheStandardAlphabet) {
  EXPECT_EQ(encode_base64("\xfb\xff\xbf\0"s), "+/+/AA==");
}

TEST(Base64, BreaksNoLines) {
  EXPECT_EQ(encode_base64(std::string(3000, 'x')).find('\n'), std::string::npos);
}

TEST(Base64, DecodesWhatItEncodes) {
  test::RandomBytes random;
  for (std::size_t size = 0; size < 200; ++size) {
    const std::string bytes = random.next(size);
    ASSERT_EQ(decode_base64(encode_base64(bytes)), bytes) << size;
  }
}

TEST(Base64, DecodesEveryByteValue) {
  std::string bytes(256, '\0');
  for (std::size_t value = 0; value < bytes.size(); ++value) bytes[value] = static_cast<char>(value);
  EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
}

TEST(Base64, DecodesAMebibyte) {
  test::RandomBytes random;
  const std::string bytes = random.next(1 << 20);
  EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
}

TEST(Base64, RefusesWhatIsNotExactlyBase64) {
  for (const auto& text : {"Z"s, "Zg"s, "Zg="s, "Zg==="s, "Zg==Zg=="s, "Zm9v\n"s, " Zm9v"s, "Zm 9v"s, "Zm9-"s,
                           "Zm9_"s, "===="s, "Zm9v="s, "Zm\0v"s, "Zm9v\0"s, "Zm9\xff"s}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

TEST(Base64, RefusesEveryByteOutsideItsAlphabet) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int value = 0; value < 256; ++value) {
    const auto c = static_cast<char>(value);
    const std::string text = {'Z', c, '9', 'v'};
    EXPECT_EQ(decode_base64(text).has_value(), alphabet.find(c) != std::string_view::npos) << value;
  }
}

TEST(Base64, RefusesBitsThatNoByteTakes) {
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zh=="), std::nullopt);
  EXPECT_EQ(decode_base64("Zm9="), std::nullopt);
}

}  // namespace
}  // namespace filer
