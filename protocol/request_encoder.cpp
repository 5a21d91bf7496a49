#include "protocol/request_encoder.hpp"

#include "protocol/base64.hpp"
#include "protocol/json_writer.hpp"

#include <simdjson.h>

namespace filer {
namespace {

void write(JsonWriter& json, const Target& target) {
  if (target.root) json.key("root").string(*target.root);
  if (simdjson::validate_utf8(target.path.data(), target.path.size())) {
    json.key("path").string(target.path);
  } else {
    json.key("path_base64").string(encode_base64(target.path));
  }
}

void write(JsonWriter& json, std::string_view name, const std::optional<std::uint64_t>& number) {
  if (number) json.key(name).number(*number);
}

void write(JsonWriter& json, std::string_view name, const std::optional<std::string>& text) {
  if (text) json.key(name).string(*text);
}

void write(JsonWriter& json, const IfNoneMatch& condition) {
  write(json, "if_none_match", condition.etag);
  if (condition.wait_ms > 0) json.key("wait_ms").number(condition.wait_ms);
}

void write_members(JsonWriter&, const HelloRequest&) {}

void write_members(JsonWriter&, const StatsRequest&) {}

void write_members(JsonWriter& json, const GetRequest& get) {
  write(json, get.target);
  if (get.offset > 0) json.key("offset").number(get.offset);
  write(json, "length", get.length);
  if (get.encoding != Encoding::raw) {
    json.key("encoding").string(get.encoding == Encoding::utf8 ? "utf8" : "base64");
  }
  write(json, "if_match", get.if_match);
  write(json, get.if_none_match);
  if (get.digest) json.key("digest").boolean(true);
}

void write_members(JsonWriter& json, const StatRequest& stat) {
  write(json, stat.target);
  write(json, stat.if_none_match);
}

void write_members(JsonWriter& json, const ListRequest& list) {
  write(json, list.target);
  write(json, "after", list.after);
  write(json, "limit", list.limit);
  write(json, list.if_none_match);
}

void write_members(JsonWriter& json, const DigestRequest& digest) {
  write(json, digest.target);
  if (digest.offset > 0) json.key("offset").number(digest.offset);
  write(json, "length", digest.length);
  write(json, "chunk", digest.chunk);
}

void write_request(JsonWriter& json, const ClassicRequest& classic) {
  json.key("path").string(classic.path);
}

template <class OpRequest>
void write_request(JsonWriter& json, const OpRequest& request) {
  json.key("op").string(OpRequest::op);
  write_members(json, request);
}

}  // namespace

std::string encode_request(const Request& request) {
  JsonWriter json;
  json.begin_object();
  std::visit([&json](const auto& op_request) { write_request(json, op_request); }, request);
  json.end_object();
  return json.take();
}

}  // namespace filer
