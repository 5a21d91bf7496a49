#include "base/curve_key.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <stdexcept>
#include <string>
#include <utility>

namespace filer {
namespace {

// The keys of ZeroMQ's own documentation: zmq_curve(7).
const std::string example_public = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const std::string example_secret = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

TEST(CurveKey, IsFortyCharactersOfZ85) {
  EXPECT_TRUE(is_curve_key(example_public));
  EXPECT_TRUE(is_curve_key(example_secret));
  for (const std::string& text :
       {std::string(), example_public.substr(1), example_public + "a", std::string(40, '"'),
        std::string(40, ' '), std::string(40, '\xff'), std::string(40, '\0'), example_public.substr(1) + '\0',
        example_public.substr(5) + "#####"}) {
    EXPECT_FALSE(is_curve_key(text)) << text;
  }
}

TEST(CurveKey, IsWrittenAsItIsRead) {
  EXPECT_EQ(curve_key_text(std::string(32, '\0')), std::string(40, '0'));
  EXPECT_EQ(curve_key_text(std::string(31, '\0')), "");
  EXPECT_EQ(curve_key_text(std::string(33, '\0')), "");
}

TEST(CurveKey, HasTwoHalvesThatBelongTogether) {
  EXPECT_EQ(public_key_of(SecretKey(example_secret)), example_public);
  const CurveKeyPair pair = make_curve_key_pair();
  EXPECT_EQ(public_key_of(pair.secret_key), pair.public_key);
  EXPECT_NE(pair.public_key, make_curve_key_pair().public_key);
  EXPECT_THROW((void)public_key_of(SecretKey("short")), std::invalid_argument);
  EXPECT_THROW((void)public_key_of(SecretKey()), std::invalid_argument);
}

TEST(CurveKey, CanBeAWordOfACommandLine) {
  constexpr int enough_to_see_another = 200;
  for (int count = 0; count < enough_to_see_another; ++count) {
    EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(make_curve_key_pair().public_key.front())));
  }
}

TEST(SecretKey, LeavesNothingBehindWhenItMoves) {
  SecretKey first(example_secret);
  const SecretKey second = std::move(first);
  EXPECT_TRUE(first.is_empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_EQ(second.text(), example_secret);
}

}  // namespace
}  // namespace filer
