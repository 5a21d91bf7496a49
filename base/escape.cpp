#include "base/escape.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace filer {
namespace {

struct Range {
  char32_t first, last;
};

/// Characters that are valid and yet never printed: they move, hide or break the text around them.
constexpr Range unprintable[] = {
    {0x80, 0x9f},        // C1 controls: some terminals obey them
    {0xad, 0xad},        // soft hyphen
    {0x61c, 0x61c},      // Arabic letter mark
    {0x200b, 0x200f},    // zero width and directional marks
    {0x2028, 0x202e},    // line separators, bidirectional embeddings
    {0x2060, 0x206f},    // invisible operators, bidirectional isolates
    {0xfeff, 0xfeff},    // byte order mark
    {0xfff9, 0xfffb},    // interlinear annotation
    {0xe0000, 0xe0fff},  // tags
};

bool is_printable(char32_t value) {
  return std::none_of(std::begin(unprintable), std::end(unprintable),
                      [value](const Range& range) { return value >= range.first && value <= range.last; });
}

void append_ascii(std::string& out, char c, char quote_character) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\\':
      out += "\\\\";
      return;
    default:
      break;
  }
  if (c < 0x20 || c == 0x7f) {
    out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  } else {
    if (c == quote_character) out += '\\';
    out += c;
  }
}

std::string escape_with(std::string_view untrusted, char quote_character) {
  std::string out;
  out.reserve(untrusted.size() + 2);
  while (!untrusted.empty()) {
    const CodePoint point = first_code_point(untrusted);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    if (point.length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(untrusted.front()));
    } else if (point.length == 1) {
      append_ascii(out, untrusted.front(), quote_character);
    } else if (is_printable(point.value)) {
      out += untrusted.substr(0, length);
    } else {
      out += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(point.value));
    }
    untrusted.remove_prefix(length);
  }
  return out;
}

}  // namespace

std::string escape(std::string_view untrusted) {
  return escape_with(untrusted, '\0');
}

std::string quote(std::string_view untrusted) {
  return "'" + escape_with(untrusted, '\'') + "'";
}

}  // namespace filer
