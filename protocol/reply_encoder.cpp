#include "protocol/base64.hpp"
#include "protocol/json_writer.hpp"
#include "protocol/reply.hpp"
#include "protocol/request.hpp"

#include <simdjson.h>

namespace filer {
namespace {

bool is_utf8(std::string_view bytes) {
  return simdjson::validate_utf8(bytes.data(), bytes.size());
}

std::string finish(JsonWriter& json, const ReplyStamp& stamp) {
  json.key("timestamp").number(stamp.timestamp).key("pid").number(stamp.pid).end_object();
  return json.take();
}

}  // namespace

std::string encode_classic_reply(std::string_view content, const ReplyStamp& stamp) {
  JsonWriter json;
  json.begin_object().key("content");
  if (is_utf8(content)) {
    json.string(content);
  } else {
    json.string(encode_base64(content)).key("encoding").string("base64");
  }
  return finish(json, stamp);
}

std::string encode_hello_reply(const Hello& hello, const ReplyStamp& stamp) {
  JsonWriter json;
  json.begin_object().key("server").string("zmq-filerd").key("version").string(hello.version);
  json.key("ops").begin_array().string(HelloRequest::op).end_array();
  json.key("roots").begin_array();
  for (const std::string& root : hello.roots) json.string(root);
  json.end_array();
  json.key("limits").begin_object();
  json.key("request_bytes").number(hello.request_bytes).key("content_bytes").number(hello.content_bytes);
  json.end_object().key("peer").string(hello.peer);
  return finish(json, stamp);
}

std::string encode_error_reply(ErrorCode code, std::string_view message, std::optional<std::uint64_t> size,
                               const ReplyStamp& stamp) {
  JsonWriter json;
  json.begin_object().key("error").begin_object();
  json.key("code").string(error_code_name(code)).key("message").string(message);
  if (size) json.key("size").number(*size);
  json.end_object();
  return finish(json, stamp);
}

}  // namespace filer
