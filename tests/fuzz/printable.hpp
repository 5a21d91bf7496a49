#pragma once

#include "base/utf8.hpp"

#include <string_view>

namespace filer::fuzz {

/// Whether a text is valid UTF-8 and has no control characters in it.
inline bool is_printable(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.length == 0 || point.value < 0x20 || (point.value >= 0x7f && point.value < 0xa0)) return false;
    text.remove_prefix(point.length);
  }
  return true;
}

}  // namespace filer::fuzz
