#include "base/escape.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/printable.hpp"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>

using namespace filer;

namespace {

void append_utf8(std::string& out, unsigned long value) {
  const auto add = [&out](unsigned long byte) { out += static_cast<char>(byte); };
  if (value < 0x800) {
    add(0xc0 | value >> 6);
  } else if (value < 0x10000) {
    add(0xe0 | value >> 12);
    add(0x80 | (value >> 6 & 0x3f));
  } else {
    add(0xf0 | value >> 18);
    add(0x80 | (value >> 12 & 0x3f));
    add(0x80 | (value >> 6 & 0x3f));
  }
  add(0x80 | (value & 0x3f));
}

/// What escape() and the inside of quote() stand for: were two inputs to become the same, this could not
/// tell.
std::string unescape(std::string_view shown) {
  std::string bytes;
  for (std::size_t at = 0; at < shown.size(); ++at) {
    if (shown[at] != '\\') {
      bytes += shown[at];
      continue;
    }
    const char kind = shown.at(++at);
    if (kind == 'x') {
      bytes += static_cast<char>(std::stoul(std::string(shown.substr(at + 1, 2)), nullptr, 16));
      at += 2;
    } else if (kind == 'u') {
      const std::size_t end = shown.find('}', at);
      append_utf8(bytes, std::stoul(std::string(shown.substr(at + 2, end - at - 2)), nullptr, 16));
      at = end;
    } else {
      bytes += kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind;
    }
  }
  return bytes;
}

}  // namespace

/// Any bytes: what comes out can be printed, and is told apart from what other bytes become.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string shown = escape(bytes);
  FUZZ_CHECK(simdjson::validate_utf8(shown));
  FUZZ_CHECK(fuzz::is_printable(shown));
  FUZZ_CHECK(unescape(shown) == bytes);

  const std::string quoted = quote(bytes);
  FUZZ_CHECK(quoted.size() >= 2 && quoted.front() == '\'' && quoted.back() == '\'');
  FUZZ_CHECK(fuzz::is_printable(quoted));
  FUZZ_CHECK(unescape(std::string_view(quoted).substr(1, quoted.size() - 2)) == bytes);
  // Nothing within ends the quotation early.
  bool escaped = false;
  for (const char c : std::string_view(quoted).substr(1, quoted.size() - 2)) {
    FUZZ_CHECK(c != '\'' || escaped);
    escaped = c == '\\' && !escaped;
  }
  FUZZ_CHECK(!escaped);
  return 0;
}
