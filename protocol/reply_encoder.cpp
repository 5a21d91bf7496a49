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

void write_array(JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

void write_members(JsonWriter& json, const std::vector<NamedNumber>& numbers) {
  for (const NamedNumber& number : numbers) json.key(number.name).number(number.value);
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
  json.key("ops");
  write_array(json, hello.ops);
  json.key("roots");
  write_array(json, hello.roots);
  json.key("limits").begin_object();
  write_members(json, hello.limits);
  json.end_object().key("peer").string(hello.peer);
  return finish(json, stamp);
}

Reply encode_chunk_reply(Chunk chunk, Encoding encoding, const ReplyStamp& stamp) {
  const ChunkHeader& header = chunk.header;
  JsonWriter json;
  json.begin_object().key("etag").string(header.etag).key("size").number(header.size);
  json.key("offset").number(header.offset).key("length").number(header.length);
  json.key("eof").boolean(header.eof).key("mtime").number(header.mtime);
  json.key("mode").number(std::uint64_t{header.mode}).key("id").string(header.id);
  if (header.digest) json.key("digest").string(*header.digest);
  Reply reply;
  if (encoding == Encoding::raw) {
    reply.data = std::make_shared<const Bytes>(std::move(chunk.bytes));
  } else if (encoding == Encoding::base64) {
    json.key("content").string(encode_base64(chunk.bytes)).key("encoding").string("base64");
  } else if (is_utf8(chunk.bytes)) {
    json.key("content").string(chunk.bytes);
  } else {
    throw RequestError(ErrorCode::not_utf8, "these bytes are not UTF-8; ask for them raw or in base64");
  }
  reply.header = finish(json, stamp);
  return reply;
}

std::string encode_status_reply(const FileStatus& status, const ReplyStamp& stamp) {
  JsonWriter json;
  json.begin_object().key("type").string(file_type_name(status.type)).key("size").number(status.size);
  json.key("mtime").number(status.mtime).key("mode").number(std::uint64_t{status.mode});
  json.key("etag").string(status.etag).key("id").string(status.id);
  return finish(json, stamp);
}

std::string encode_digest_reply(const Digests& digests, const ReplyStamp& stamp) {
  JsonWriter json;
  json.begin_object().key("etag").string(digests.etag).key("size").number(digests.size);
  json.key("offset").number(digests.offset).key("length").number(digests.length);
  json.key("eof").boolean(digests.eof);
  if (digests.chunk) {
    json.key("chunk").number(*digests.chunk).key("digests");
    write_array(json, digests.hexadecimal);
  } else {
    json.key("digest").string(digests.hexadecimal.front());
  }
  return finish(json, stamp);
}

std::string encode_not_modified_reply(std::string_view etag, const ReplyStamp& stamp) {
  JsonWriter json;
  json.begin_object().key("not_modified").boolean(true).key("etag").string(etag);
  return finish(json, stamp);
}

std::string encode_page_reply(const DirectoryPage& page, const ReplyStamp& stamp) {
  JsonWriter json;
  json.begin_object().key("entries").begin_array();
  for (const DirectoryEntry& entry : page.entries) {
    json.begin_object();
    if (is_utf8(entry.name)) {
      json.key("name").string(entry.name);
    } else {
      json.key("name_base64").string(encode_base64(entry.name));
    }
    json.key("type").string(file_type_name(entry.type)).key("size").number(entry.size);
    json.key("mtime").number(entry.mtime).end_object();
  }
  json.end_array();
  if (page.next) json.key("next").string(*page.next);
  json.key("etag").string(page.etag);
  return finish(json, stamp);
}

std::string encode_stats_reply(const std::vector<NamedNumber>& statistics, const ReplyStamp& stamp) {
  JsonWriter json;
  json.begin_object();
  write_members(json, statistics);
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

std::string_view file_type_name(FileType type) noexcept {
  constexpr std::string_view names[] = {"file", "directory", "symlink", "other"};
  return names[static_cast<std::size_t>(type)];
}

}  // namespace filer
