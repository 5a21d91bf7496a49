#pragma once

#include <cstdio>
#include <cstdlib>

/// What must hold for any input; a fuzzer reports the input for which it does not.
#define FUZZ_CHECK(condition)                                              \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                        \
    }                                                                      \
  } while (false)
