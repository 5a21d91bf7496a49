#include "protocol/request_decoder.hpp"

#include "protocol/base64.hpp"
#include "protocol/error_code.hpp"
#include "protocol/json_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <new>

namespace filer {
namespace {

constexpr std::size_t most_depth = 64;
constexpr std::size_t most_remembered = 512;

std::string checked_path(std::string path, std::string_view member) {
  if (path.empty()) refuse_request(fmt::format("member '{}' is empty", member));
  if (path.find('\0') != std::string::npos) {
    refuse_request(fmt::format("member '{}' contains a NUL character", member));
  }
  return path;
}

[[noreturn]] void refuse_without_path(std::string_view example) {
  refuse_request(fmt::format("member 'path' is missing; a request looks like {}", example));
}

std::optional<std::string> read_text(JsonMembers& members, std::string_view name) {
  const auto text = members.read_string(name);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

/// `path`, or `path_base64` for names that are not UTF-8.
Target read_target(JsonMembers& members, std::string_view example) {
  Target target;
  target.root = read_text(members, "root");
  const auto path = members.read_string("path");
  const auto encoded = members.read_string("path_base64");
  if (path && encoded) refuse_request("members 'path' and 'path_base64' exclude each other");
  if (path) {
    target.path = checked_path(std::string(*path), "path");
  } else if (encoded) {
    auto bytes = decode_base64(*encoded);
    if (!bytes) refuse_request("member 'path_base64' is not padded standard base64");
    target.path = checked_path(std::move(*bytes), "path_base64");
  } else {
    refuse_without_path(example);
  }
  return target;
}

Encoding read_encoding(JsonMembers& members) {
  const auto name = members.read_string("encoding");
  if (!name || *name == "raw") return Encoding::raw;
  if (*name == "utf8") return Encoding::utf8;
  if (*name == "base64") return Encoding::base64;
  refuse_request(fmt::format("member 'encoding' must be raw, utf8 or base64, not {}", quote_briefly(*name)));
}

/// `if_none_match`, and `wait_ms`, which says nothing without it.
IfNoneMatch read_if_none_match(JsonMembers& members) {
  IfNoneMatch condition;
  condition.etag = read_text(members, "if_none_match");
  const auto wait_ms = members.read_unsigned("wait_ms");
  if (wait_ms && !condition.etag) refuse_request("member 'wait_ms' needs 'if_none_match'");
  condition.wait_ms = wait_ms.value_or(0);
  return condition;
}

void require_sha256(JsonMembers& members) {
  const auto name = members.read_string("algorithm");
  if (!name || *name == "sha256") return;
  refuse_request(fmt::format("member 'algorithm' must be sha256, not {}", quote_briefly(*name)));
}

Request decode_classic(JsonMembers& members) {
  const auto path = members.read_string("path");
  if (!path) refuse_without_path(R"({"path":"target.txt"})");
  return ClassicRequest{checked_path(std::string(*path), "path")};
}

Request decode_hello(JsonMembers&) {
  return HelloRequest{};
}

Request decode_stats(JsonMembers&) {
  return StatsRequest{};
}

Request decode_get(JsonMembers& members) {
  GetRequest get;
  get.target = read_target(members, R"({"op":"get","path":"target.txt"})");
  get.offset = members.read_unsigned("offset").value_or(0);
  get.length = members.read_unsigned("length");
  get.encoding = read_encoding(members);
  get.if_match = read_text(members, "if_match");
  get.if_none_match = read_if_none_match(members);
  get.digest = members.read_boolean("digest").value_or(false);
  return get;
}

Request decode_stat(JsonMembers& members) {
  StatRequest stat;
  stat.target = read_target(members, R"({"op":"stat","path":"target.txt"})");
  stat.if_none_match = read_if_none_match(members);
  return stat;
}

Request decode_list(JsonMembers& members) {
  ListRequest list;
  list.target = read_target(members, R"({"op":"list","path":"."})");
  list.after = read_text(members, "after");
  list.limit = members.read_unsigned("limit");
  list.if_none_match = read_if_none_match(members);
  if (list.limit == 0) refuse_request("member 'limit' must be at least 1");
  return list;
}

Request decode_digest(JsonMembers& members) {
  DigestRequest digest;
  digest.target = read_target(members, R"({"op":"digest","path":"target.txt"})");
  require_sha256(members);
  digest.offset = members.read_unsigned("offset").value_or(0);
  digest.length = members.read_unsigned("length");
  digest.chunk = members.read_unsigned("chunk");
  if (digest.chunk == 0) refuse_request("member 'chunk' must be at least 1");
  return digest;
}

struct Op {
  std::string_view name;
  Request (*decode)(JsonMembers&);
};

constexpr Op ops[] = {{HelloRequest::op, decode_hello},   {GetRequest::op, decode_get},
                      {StatRequest::op, decode_stat},     {ListRequest::op, decode_list},
                      {DigestRequest::op, decode_digest}, {StatsRequest::op, decode_stats}};

static_assert(std::equal(std::begin(ops), std::end(ops), std::begin(op_names), std::end(op_names),
                         [](const Op& op, std::string_view name) { return op.name == name; }),
              "hello tells the ops that can be decoded");

Request decode_op(JsonMembers& members, std::string_view name) {
  const auto op = std::find_if(std::begin(ops), std::end(ops),
                               [name](const Op& candidate) { return candidate.name == name; });
  if (op == std::end(ops)) {
    throw RequestError(ErrorCode::unknown_op, fmt::format("unknown op {}; this daemon knows {}",
                                                          quote_briefly(name), fmt::join(op_names, ", ")));
  }
  Request request = op->decode(members);
  members.refuse_others();
  return request;
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
  if (!last_bytes_.empty() && bytes == last_bytes_) return last_;
  Request request = parse(bytes);
  if (bytes.size() <= most_remembered) {
    last_bytes_.clear();  // what throws in between must not leave the bytes of one and the meaning of another
    last_ = request;
    last_bytes_ = bytes;
  }
  return request;
}

Request RequestDecoder::parse(std::string_view bytes) {
  if (bytes.empty()) {
    refuse_request("the request is empty; expected one JSON object such as {\"path\":\"target.txt\"}");
  }
  if (bytes.size() > most_bytes_) {
    refuse_request(fmt::format("the request is longer than {} bytes", most_bytes_));
  }
  simdjson::dom::element document;
  // The parser copies the bytes to where it may read past their end.
  if (const auto error = parser_->json.parse(bytes.data(), bytes.size(), true).get(document); error != 0) {
    refuse_request(fmt::format("the request is not valid JSON: {}", simdjson::error_message(error)));
  }
  simdjson::dom::object object;
  if (document.get(object) != simdjson::SUCCESS) {
    refuse_request(fmt::format("the request must be one JSON object, not {}", describe(document.type())));
  }
  JsonMembers members(object);
  if (const auto op = members.read_string("op")) return decode_op(members, *op);
  return decode_classic(members);
}

}  // namespace filer
