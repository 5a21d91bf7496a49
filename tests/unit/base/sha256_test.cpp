#include "base/sha256.hpp"

#include "tests/unit/support/random_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

using namespace std::string_literals;

/// The examples of FIPS 180-4, and the empty message of NIST's test vectors.
TEST(Sha256, IsTheStandardsForItsExamples) {
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_of(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, TakesNulForAByteLikeAnyOther) {
  EXPECT_EQ(sha256_of("\0"s), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(Sha256, OfPiecesIsThatOfTheWhole) {
  test::RandomBytes random;
  for (std::size_t size = 0; size < 300; ++size) {
    const std::string whole = random.next(size);
    Sha256 digest;
    for (std::size_t at = 0; at < size;) {
      const std::size_t length = random.below(70);
      digest.update(std::string_view(whole).substr(at, length));
      at += length;
    }
    ASSERT_EQ(digest.finish(), sha256_of(whole)) << size;
  }
}

TEST(Sha256, BeginsAnewAfterEachDigest) {
  Sha256 digest;
  digest.update("abc");
  EXPECT_EQ(digest.finish(), sha256_of("abc"));
  EXPECT_EQ(digest.finish(), sha256_of(""));
  digest.update("ab");
  digest.update("c");
  EXPECT_EQ(digest.finish(), sha256_of("abc"));
}

}  // namespace
}  // namespace filer
