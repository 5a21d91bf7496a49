#include "protocol/reply_decoder.hpp"

#include "protocol/base64.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <iterator>

namespace filer {
namespace {

using simdjson::dom::array;
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

std::string require_text(const object& from, std::string_view name) {
  return std::string(require<std::string_view>(from, name));
}

std::optional<std::string> read_text(const object& from, std::string_view name) {
  const auto text = read<std::string_view>(from, name);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

std::vector<std::string> require_texts(const object& from, std::string_view name) {
  std::vector<std::string> texts;
  for (const element item : require<array>(from, name)) {
    std::string_view text;
    if (item.get(text) != simdjson::SUCCESS) refuse(fmt::format("'{}' holds something but strings", name));
    texts.emplace_back(text);
  }
  return texts;
}

/// The members that are numbers, in their order.
std::vector<NamedNumber> read_numbers(const object& from) {
  std::vector<NamedNumber> numbers;
  for (const auto& member : from) {
    std::uint64_t value = 0;
    if (member.value.get(value) == simdjson::SUCCESS) numbers.push_back({std::string(member.key), value});
  }
  return numbers;
}

std::uint32_t require_mode(const object& from) {
  constexpr std::uint64_t permission_bits = 07777;
  return static_cast<std::uint32_t>(require<std::uint64_t>(from, "mode") & permission_bits);
}

std::string decode_bytes(std::string_view name, std::string_view text) {
  auto bytes = decode_base64(text);
  if (!bytes) refuse(fmt::format("{} is not the base64 it claims to be", name));
  return std::move(*bytes);
}

RemoteError read_error(const object& error) {
  return {require_text(error, "code"), require_text(error, "message"), read<std::uint64_t>(error, "size")};
}

/// Newer daemons may know more types.
FileType read_type(const object& from) {
  const auto name = require<std::string_view>(from, "type");
  for (const FileType type : {FileType::file, FileType::directory, FileType::symlink}) {
    if (file_type_name(type) == name) return type;
  }
  return FileType::other;
}

DirectoryEntry read_entry(const object& from) {
  DirectoryEntry entry;
  if (const auto name = read<std::string_view>(from, "name")) {
    entry.name = *name;
  } else {
    entry.name = decode_bytes("name_base64", require<std::string_view>(from, "name_base64"));
  }
  entry.type = read_type(from);
  entry.size = require<std::uint64_t>(from, "size");
  entry.mtime = require<std::int64_t>(from, "mtime");
  return entry;
}

}  // namespace

struct ReceivedReply::Document {
  simdjson::dom::parser parser;
  object root;
};

ReceivedReply::ReceivedReply(std::string_view bytes) : document_(std::make_unique<Document>()) {
  element parsed;
  if (const auto error = document_->parser.parse(bytes.data(), bytes.size(), true).get(parsed); error != 0) {
    refuse(fmt::format("not valid JSON: {}", simdjson::error_message(error)));
  }
  object& root = document_->root;
  if (parsed.get(root) != simdjson::SUCCESS) refuse("not a JSON object");
  stamp_ = {require<std::int64_t>(root, "timestamp"), require<std::int64_t>(root, "pid")};
  if (const auto error = read<object>(root, "error")) error_ = read_error(*error);
}

ReceivedReply::~ReceivedReply() = default;
ReceivedReply::ReceivedReply(ReceivedReply&&) noexcept = default;
ReceivedReply& ReceivedReply::operator=(ReceivedReply&&) noexcept = default;

bool ReceivedReply::is_not_modified() const {
  return !error_ && read<bool>(document_->root, "not_modified").value_or(false);
}

std::optional<std::string> ReceivedReply::content() const {
  if (error_) return std::nullopt;
  const auto text = read<std::string_view>(document_->root, "content");
  if (!text) return std::nullopt;
  const auto encoding = read<std::string_view>(document_->root, "encoding");
  if (!encoding) return std::string(*text);
  if (*encoding != "base64") refuse("content in an unknown encoding");
  return decode_bytes("content", *text);
}

Hello ReceivedReply::hello() const {
  const object& root = document_->root;
  Hello hello;
  hello.version = require_text(root, "version");
  hello.ops = require_texts(root, "ops");
  hello.roots = require_texts(root, "roots");
  hello.limits = read_numbers(require<object>(root, "limits"));
  hello.peer = require_text(root, "peer");
  return hello;
}

ChunkHeader ReceivedReply::chunk() const {
  const object& root = document_->root;
  ChunkHeader chunk;
  chunk.etag = require_text(root, "etag");
  chunk.size = require<std::uint64_t>(root, "size");
  chunk.offset = require<std::uint64_t>(root, "offset");
  chunk.length = require<std::uint64_t>(root, "length");
  chunk.eof = require<bool>(root, "eof");
  chunk.mtime = require<std::int64_t>(root, "mtime");
  chunk.mode = require_mode(root);
  chunk.id = require_text(root, "id");
  chunk.digest = read_text(root, "digest");
  return chunk;
}

FileStatus ReceivedReply::status() const {
  const object& root = document_->root;
  FileStatus status;
  status.type = read_type(root);
  status.size = require<std::uint64_t>(root, "size");
  status.mtime = require<std::int64_t>(root, "mtime");
  status.mode = require_mode(root);
  status.etag = require_text(root, "etag");
  status.id = require_text(root, "id");
  return status;
}

DirectoryPage ReceivedReply::page() const {
  const object& root = document_->root;
  DirectoryPage page;
  for (const element item : require<array>(root, "entries")) {
    object entry;
    if (item.get(entry) != simdjson::SUCCESS) refuse("an entry is no object");
    page.entries.push_back(read_entry(entry));
  }
  page.next = read_text(root, "next");
  page.etag = require_text(root, "etag");
  return page;
}

Digests ReceivedReply::digests() const {
  const object& root = document_->root;
  Digests digests;
  digests.etag = require_text(root, "etag");
  digests.size = require<std::uint64_t>(root, "size");
  digests.offset = require<std::uint64_t>(root, "offset");
  digests.length = require<std::uint64_t>(root, "length");
  digests.eof = require<bool>(root, "eof");
  digests.chunk = read<std::uint64_t>(root, "chunk");
  if (digests.chunk) {
    digests.hexadecimal = require_texts(root, "digests");
  } else {
    digests.hexadecimal = {require_text(root, "digest")};
  }
  return digests;
}

std::vector<NamedNumber> ReceivedReply::statistics() const {
  std::vector<NamedNumber> numbers = read_numbers(document_->root);
  std::erase_if(numbers,
                [](const NamedNumber& number) { return number.name == "timestamp" || number.name == "pid"; });
  return numbers;
}

}  // namespace filer
