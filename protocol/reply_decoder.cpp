#include "protocol/reply_decoder.hpp"

#include "protocol/base64.hpp"

#include <fmt/format.h>
#include <simdjson.h>

namespace filer {
namespace {

using simdjson::dom::element;
using simdjson::dom::object;

[[noreturn]] void refuse(const std::string& why) {
  throw MalformedReply(why);
}

/// The value of a member as T, nullopt where it is missing; refuses another type.
template <class T>
std::optional<T> read(const object& from, std::string_view name) {
  element member;
  if (from[name].get(member) != simdjson::SUCCESS) return std::nullopt;
  T value;
  if (member.get(value) != simdjson::SUCCESS) refuse(fmt::format("member '{}' has an unexpected type", name));
  return value;
}

template <class T>
T require(const object& from, std::string_view name) {
  auto value = read<T>(from, name);
  if (!value) refuse(fmt::format("member '{}' is missing", name));
  return *value;
}

RemoteError read_error(const object& error) {
  return {std::string(require<std::string_view>(error, "code")),
          std::string(require<std::string_view>(error, "message")), read<std::uint64_t>(error, "size")};
}

std::string read_content(const object& reply, std::string_view content) {
  const auto encoding = read<std::string_view>(reply, "encoding");
  if (!encoding) return std::string(content);
  if (*encoding != "base64") refuse("content in an unknown encoding");
  auto bytes = decode_base64(content);
  if (!bytes) refuse("content is not the base64 it claims to be");
  return std::move(*bytes);
}

}  // namespace

ReplyHeader decode_reply(std::string_view bytes) {
  simdjson::dom::parser parser;
  element document;
  if (const auto error = parser.parse(bytes.data(), bytes.size(), true).get(document); error != 0) {
    refuse(fmt::format("not valid JSON: {}", simdjson::error_message(error)));
  }
  object reply;
  if (document.get(reply) != simdjson::SUCCESS) refuse("not a JSON object");
  ReplyHeader header;
  header.stamp = {require<std::int64_t>(reply, "timestamp"), require<std::int64_t>(reply, "pid")};
  if (const auto error = read<object>(reply, "error")) {
    header.error = read_error(*error);
  } else if (const auto content = read<std::string_view>(reply, "content")) {
    header.content = read_content(reply, *content);
  }
  return header;
}

}  // namespace filer
