#include "base/escape_json.hpp"

#include "base/printable.hpp"
#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace filer {
namespace {

void append_escape(std::string& out, char32_t value) {
  constexpr char32_t first_of_pairs = 0x10000;
  const auto append_unit = [&out](char32_t unit) {
    out += fmt::format("\\u{:04x}", static_cast<unsigned>(unit));
  };
  if (value < first_of_pairs) return append_unit(value);
  append_unit(0xd800 + ((value - first_of_pairs) >> 10));
  append_unit(0xdc00 + ((value - first_of_pairs) & 0x3ff));
}

}  // namespace

std::string escape_json(std::string_view json) {
  constexpr char32_t replacement = 0xfffd;
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    const CodePoint point = first_code_point(json);
    const std::size_t length = std::max<std::size_t>(point.length, 1);
    const bool is_control = point.value < 0x20 || point.value == 0x7f;
    if (point.length == 0) {
      append_escape(out, replacement);
    } else if (json.front() != '\n' && (is_control || !is_printable(point.value))) {
      append_escape(out, point.value);
    } else {
      out += json.substr(0, length);
    }
    json.remove_prefix(length);
  }
  return out;
}

}  // namespace filer
