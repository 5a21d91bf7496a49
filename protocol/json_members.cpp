#include "protocol/json_members.hpp"

#include "base/escape.hpp"
#include "protocol/error_code.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace filer {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::optional<std::string_view> JsonMembers::read_string(std::string_view name) {
  const auto member = find_once(name);
  if (!member) return std::nullopt;
  std::string_view text;
  if (member->get(text) != simdjson::SUCCESS) {
    refuse_request(fmt::format("member '{}' must be a string, not {}", name, describe(member->type())));
  }
  return text;
}

std::optional<std::uint64_t> JsonMembers::read_unsigned(std::string_view name) {
  const auto member = find_once(name);
  if (!member) return std::nullopt;
  std::uint64_t value = 0;
  if (member->get(value) != simdjson::SUCCESS) {
    const bool is_number = member->is<double>();
    refuse_request(fmt::format("member '{}' must be an integer from 0 on, not {}", name,
                               is_number ? "another number" : describe(member->type())));
  }
  return value;
}

std::optional<bool> JsonMembers::read_boolean(std::string_view name) {
  const auto member = find_once(name);
  if (!member) return std::nullopt;
  bool value = false;
  if (member->get(value) != simdjson::SUCCESS) {
    refuse_request(fmt::format("member '{}' must be true or false, not {}", name, describe(member->type())));
  }
  return value;
}

void JsonMembers::refuse_others() const {
  for (const auto& member : object_) {
    if (std::find(known().begin(), known().end(), member.key) == known().end()) {
      refuse_request(fmt::format("unknown member {}; this op knows {}", quote_briefly(member.key),
                                 fmt::join(known(), ", ")));
    }
  }
}

std::optional<element> JsonMembers::find_once(std::string_view name) {
  known_.at(known_count_++) = name;
  std::optional<element> found;
  for (const auto& member : object_) {
    if (member.key != name) continue;
    if (found) refuse_request(fmt::format("member '{}' is there more than once", name));
    found = member.value;
  }
  return found;
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
      break;
  }
  return "null";
}

void refuse_request(const std::string& why) {
  throw RequestError(ErrorCode::bad_request, why);
}

std::string quote_briefly(std::string_view text) {
  constexpr std::size_t most_quoted = 64;
  return quote(text.substr(0, most_quoted));
}

}  // namespace filer
