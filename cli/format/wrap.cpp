#include "cli/format/wrap.hpp"

#include <algorithm>

namespace filer {
namespace {

constexpr std::string_view indent = "  ";

/// Characters of UTF-8: bytes that do not continue one.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }));
}

}  // namespace

std::string wrap_words(std::string_view text, std::size_t width) {
  std::string wrapped;
  std::size_t column = 0;
  while (true) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    const std::size_t word_width = width_of(word);
    if (column > 0 && column + 1 + word_width > width) {
      wrapped += '\n';
      wrapped += indent;
      column = indent.size();
    } else if (!wrapped.empty()) {
      wrapped += ' ';
      ++column;
    }
    wrapped += word;
    column += word_width;
    if (end == text.size()) return wrapped;
    text.remove_prefix(end + 1);
  }
}

}  // namespace filer
