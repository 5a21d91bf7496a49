#include "protocol/json_writer.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace filer {
namespace {

/// What each byte becomes inside a string: 0 itself, 'u' \u00XX, any other character a backslash and that
/// character.
constexpr std::array<char, 256> make_escapes() {
  std::array<char, 256> escapes{};
  for (std::size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\t'] = 't';
  escapes['\n'] = 'n';
  escapes['\f'] = 'f';
  escapes['\r'] = 'r';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}

constexpr std::array<char, 256> escapes = make_escapes();

char escape_of(char c) {
  return escapes[static_cast<unsigned char>(c)];
}

std::size_t escaped_size(std::string_view text) {
  std::size_t size = text.size();
  for (const char c : text) {
    const char escape = escape_of(c);
    if (escape != 0) size += escape == 'u' ? 5 : 1;
  }
  return size;
}

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::size_t plain_from = 0;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char escape = escape_of(text[index]);
    if (escape == 0) continue;
    out.append(text.substr(plain_from, index - plain_from));
    plain_from = index + 1;
    out += '\\';
    out += escape;
    if (escape == 'u') {
      const auto byte = static_cast<unsigned char>(text[index]);
      out += {'0', '0', digits[byte >> 4], digits[byte & 0xf]};
    }
  }
  out.append(text.substr(plain_from));
}

}  // namespace

void JsonWriter::separate() {
  if (out_.empty()) return;
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':') out_ += ',';
}

JsonWriter& JsonWriter::begin_object() {
  separate();
  out_ += '{';
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  out_ += '}';
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  separate();
  out_ += '[';
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  out_ += ']';
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  string(name);
  out_ += ':';
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view utf8) {
  separate();
  // Sized before it is written: a large content costs one allocation, of just its size and room for what
  // follows, which must then not ask for more.
  constexpr std::size_t quotes = 2;
  constexpr std::size_t room_for_the_rest = 256;
  const std::size_t needed = out_.size() + escaped_size(utf8) + quotes;
  if (needed > out_.capacity()) out_.reserve(needed + room_for_the_rest);
  out_ += '"';
  append_escaped(out_, utf8);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
  return *this;
}

}  // namespace filer
