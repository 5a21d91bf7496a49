#include "base/escape.hpp"

#include "base/printable.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace filer {
namespace {

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
