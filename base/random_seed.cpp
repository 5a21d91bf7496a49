#include "base/random_seed.hpp"

#include "base/system_error.hpp"

#include <sys/random.h>

#include <cstdlib>

namespace filer {

void seed_random_from_kernel() {
  unsigned seed = 0;
  if (::getrandom(&seed, sizeof seed, 0) != sizeof seed) throw_errno("getrandom");
  ::srand(seed);
  ::srandom(seed);
}

}  // namespace filer
