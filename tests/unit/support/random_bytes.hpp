#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace filer::test {

/// Strings of a fixed sequence of random numbers: every run of a test sees the same ones.
class RandomBytes {
 public:
  /// Bytes drawn from `alphabet`; all 256 where it is empty.
  [[nodiscard]] std::string next(std::size_t size, std::string_view alphabet = {}) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) {
      byte = alphabet.empty() ? static_cast<char>(engine_() & 0xff) : alphabet[engine_() % alphabet.size()];
    }
    return bytes;
  }

  [[nodiscard]] std::size_t below(std::size_t bound) { return engine_() % bound; }

 private:
  std::mt19937_64 engine_{20240229};
};

}  // namespace filer::test
