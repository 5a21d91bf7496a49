#include "cli/download/partial_record.hpp"

#include "cli/format/name.hpp"
#include "protocol/base64.hpp"
#include "protocol/error_code.hpp"
#include "protocol/json_members.hpp"
#include "protocol/json_writer.hpp"

#include <simdjson.h>

namespace filer {

std::string encode_record(const PartialRecord& record) {
  JsonWriter json;
  json.begin_object();
  write_name(json, "path", record.path);
  json.key("etag").string(record.etag).key("size").number(record.size);
  json.end_object();
  return json.take() + '\n';
}

std::optional<PartialRecord> decode_record(std::string_view text) try {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(text.data(), text.size(), true).get(object) != simdjson::SUCCESS) return std::nullopt;
  JsonMembers members(object);
  std::optional<std::string> path;
  if (const auto plain = members.read_string("path")) path = *plain;
  if (const auto encoded = members.read_string("path_base64")) path = decode_base64(*encoded);
  const auto etag = members.read_string("etag");
  const auto size = members.read_unsigned("size");
  if (!path || !etag || !size) return std::nullopt;
  return PartialRecord{*path, std::string(*etag), *size};
} catch (const RequestError&) {  // a member of another type
  return std::nullopt;
}

}  // namespace filer
