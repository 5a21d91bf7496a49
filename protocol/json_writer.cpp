#include "protocol/json_writer.hpp"

#include "protocol/json_escape.hpp"

#include <fmt/format.h>

#include <iterator>

namespace filer {
namespace {

/// Room for a reply without contents, so that it is allocated once.
constexpr std::size_t usual_size = 512;

}  // namespace

JsonWriter::JsonWriter() {
  out_.reserve(usual_size);
}

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
  separate();
  out_ += '"';
  append_json_escaped(out_, name);
  out_ += "\":";
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view utf8) {
  separate();
  // Sized before it is written: a large content costs one allocation, of just its size and room for what
  // follows, which must then not ask for more.
  constexpr std::size_t quotes = 2;
  constexpr std::size_t room_for_the_rest = 256;
  const std::size_t needed = out_.size() + json_escaped_size(utf8) + quotes;
  if (needed > out_.capacity()) out_.reserve(needed + room_for_the_rest);
  out_ += '"';
  append_json_escaped(out_, utf8);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
  separate();
  const fmt::format_int digits(value);
  out_.append(digits.data(), digits.size());
  return *this;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
  separate();
  const fmt::format_int digits(value);
  out_.append(digits.data(), digits.size());
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
