#include "base/random_seed.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace filer {
namespace {

TEST(RandomSeed, MakesRandUnpredictable) {
  ::srand(1);
  const int predictable[] = {::rand(), ::rand()};
  seed_random_from_kernel();
  const int seeded[] = {::rand(), ::rand()};
  EXPECT_FALSE(seeded[0] == predictable[0] && seeded[1] == predictable[1]);
}

TEST(RandomSeed, DiffersEachTime) {
  seed_random_from_kernel();
  const long first[] = {::random(), ::random()};
  seed_random_from_kernel();
  const long second[] = {::random(), ::random()};
  EXPECT_FALSE(first[0] == second[0] && first[1] == second[1]);
}

}  // namespace
}  // namespace filer
