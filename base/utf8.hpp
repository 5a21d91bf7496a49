#pragma once

#include <cstddef>
#include <string_view>

namespace filer {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  ///< bytes it takes; 0: the text does not begin with valid UTF-8
};

/// The first character of a text that is not empty. Refuses overlong forms, surrogates and all past U+10FFFF
/// (The Unicode Standard, table 3-7).
[[nodiscard]] CodePoint first_code_point(std::string_view text) noexcept;

}  // namespace filer
