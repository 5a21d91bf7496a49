#include "protocol/request_decoder.hpp"

#include "base/escape.hpp"
#include "protocol/error_code.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace filer {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t most_depth = 64;
constexpr std::size_t most_quoted = 64;  ///< how much of a peer's own text a message repeats

[[noreturn]] void refuse(const std::string& why) {
  throw RequestError(ErrorCode::bad_request, why);
}

std::string_view describe(element_type type) {
  switch (type) {
    case element_type::ARRAY:
      return "an array";
    case element_type::OBJECT:
      return "an object";
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      return "a number";
    case element_type::STRING:
      return "a string";
    case element_type::BOOL:
      return "true or false";
    case element_type::NULL_VALUE:
      return "null";
  }
  return "something else";
}

/// The value of a member, or nullopt. Refuses a member that is there twice: JSON leaves open which one
/// counts.
std::optional<element> find_once(const simdjson::dom::object& object, std::string_view name) {
  std::optional<element> found;
  for (const auto& member : object) {
    if (member.key != name) continue;
    if (found) refuse(fmt::format("member '{}' is there more than once", name));
    found = member.value;
  }
  return found;
}

std::string_view as_string(const element& value, std::string_view name) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    refuse(fmt::format("member '{}' must be a string, not {}", name, describe(value.type())));
  }
  return text;
}

std::string read_path(const simdjson::dom::object& object) {
  const auto member = find_once(object, "path");
  if (!member) refuse("member 'path' is missing; a request looks like {\"path\":\"target.txt\"}");
  const std::string_view path = as_string(*member, "path");
  if (path.empty()) refuse("member 'path' is empty");
  if (path.find('\0') != std::string_view::npos) refuse("member 'path' contains a NUL character");
  return std::string(path);
}

void refuse_other_members(const simdjson::dom::object& object,
                          std::initializer_list<std::string_view> known) {
  for (const auto& member : object) {
    if (std::find(known.begin(), known.end(), member.key) == known.end()) {
      refuse(fmt::format("unknown member {}", quote(member.key.substr(0, most_quoted))));
    }
  }
}

Request decode_op(const simdjson::dom::object& object, std::string_view op) {
  if (op == HelloRequest::op) {
    refuse_other_members(object, {"op"});
    return HelloRequest{};
  }
  throw RequestError(ErrorCode::unknown_op, fmt::format("unknown op {}", quote(op.substr(0, most_quoted))));
}

}  // namespace

struct RequestDecoder::Parser {
  simdjson::dom::parser json;
};

RequestDecoder::RequestDecoder(std::size_t most_bytes)
    : most_bytes_(most_bytes), parser_(std::make_unique<Parser>()) {
  if (parser_->json.allocate(most_bytes, most_depth) != simdjson::SUCCESS) throw std::bad_alloc();
}

RequestDecoder::~RequestDecoder() = default;

Request RequestDecoder::decode(std::string_view bytes) {
  if (bytes.empty())
    refuse("the request is empty; expected one JSON object such as {\"path\":\"target.txt\"}");
  if (bytes.size() > most_bytes_) {
    refuse(fmt::format("the request is longer than {} bytes", most_bytes_));
  }
  element document;
  // The parser copies the bytes to where it may read past their end.
  if (const auto error = parser_->json.parse(bytes.data(), bytes.size(), true).get(document); error != 0) {
    refuse(fmt::format("the request is not valid JSON: {}", simdjson::error_message(error)));
  }
  simdjson::dom::object object;
  if (document.get(object) != simdjson::SUCCESS) {
    refuse(fmt::format("the request must be one JSON object, not {}", describe(document.type())));
  }
  if (const auto op = find_once(object, "op")) return decode_op(object, as_string(*op, "op"));
  return ClassicRequest{read_path(object)};
}

}  // namespace filer
