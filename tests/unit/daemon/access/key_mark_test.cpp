#include "daemon/access/key_mark.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

const std::string key(40, 'a');

TEST(KeyMark, FindsTheKeyThatItMarked) {
  const KeyMark mark;
  EXPECT_EQ(mark.key_in(mark.user_id_of(key)), key);
}

TEST(KeyMark, FindsNoKeyInWhatAPeerClaims) {
  const KeyMark mark;
  const KeyMark other;
  for (const std::string& claim : {std::string(), key, other.user_id_of(key), mark.user_id_of(key).substr(1),
                                   mark.user_id_of(key + "a"), mark.user_id_of(""), std::string(80, 'a')}) {
    EXPECT_EQ(mark.key_in(claim), "") << claim;
  }
}

}  // namespace
}  // namespace filer
