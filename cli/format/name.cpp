#include "cli/format/name.hpp"

#include "base/utf8.hpp"
#include "protocol/base64.hpp"

#include <wchar.h>

#include <algorithm>
#include <string>

namespace filer {
namespace {

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const CodePoint point = first_code_point(bytes);
    if (point.length == 0) return false;
    bytes.remove_prefix(point.length);
  }
  return true;
}

}  // namespace

void write_name(JsonWriter& json, std::string_view key, std::string_view bytes) {
  if (is_utf8(bytes)) {
    json.key(key).string(bytes);
  } else {
    json.key(std::string(key) + "_base64").string(encode_base64(bytes));
  }
}

std::size_t display_width(std::string_view printable) {
  std::size_t width = 0;
  while (!printable.empty()) {
    const CodePoint point = first_code_point(printable);
    const int columns = point.length == 0 ? 1 : ::wcwidth(static_cast<wchar_t>(point.value));
    width += columns < 0 ? 1 : static_cast<std::size_t>(columns);
    printable.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return width;
}

}  // namespace filer
