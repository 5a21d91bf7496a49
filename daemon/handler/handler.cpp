#include "daemon/handler/handler.hpp"

#include "base/escape.hpp"
#include "daemon/handler/error_mapper.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <exception>
#include <utility>

namespace filer {
namespace {

/// How much of a peer's path an error message repeats.
constexpr std::size_t most_quoted = 256;

std::string about_path(const std::string& path, const std::string& message) {
  if (path.empty()) return message;
  const bool cut = path.size() > most_quoted;
  return quote(std::string_view(path).substr(0, most_quoted)) + (cut ? "…: " : ": ") + message;
}

}  // namespace

Handler::Handler(const Limits& limits, const FileStore& files, Statistics& statistics, Logger& logger)
    : limits_(limits),
      files_(files),
      statistics_(statistics),
      logger_(logger),
      decoder_(limits.request_bytes),
      pid_(::getpid()) {}

Reply Handler::handle(std::string_view request, const Peer& peer, std::size_t most_bytes) {
  using std::chrono::steady_clock;
  const auto start = steady_clock::now();
  RequestRecord record;
  record.peer = peer.address;
  record.user = peer.user;
  Reply reply;
  try {
    most_bytes_ = most_bytes;
    reply = answer(decoder_.decode(request), peer, record);
    if (reply.size() > most_bytes_) throw RequestError(ErrorCode::busy, busy_with_others);
  } catch (...) {
    reply = answer_failure(record);
  }
  record.duration = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - start);
  conclude(std::move(record), reply);
  return reply;
}

Reply Handler::refuse(ErrorCode code, const std::string& message, const Peer& peer) {
  RequestRecord record;
  record.peer = peer.address;
  record.user = peer.user;
  record.code = code;
  record.error = message;
  Reply reply{encode_error_reply(code, message, std::nullopt, stamp()), {}};
  conclude(std::move(record), reply);
  return reply;
}

void Handler::conclude(RequestRecord record, const Reply& reply) {
  record.bytes = reply.size();
  statistics_.count_reply(record.code, record.bytes);
  logger_.log(std::move(record));
}

Reply Handler::answer(const Request& request, const Peer& peer, RequestRecord& record) {
  return std::visit(
      [&](const auto& op_request) {
        record.op = op_request.op;
        return answer_op(op_request, peer, record);
      },
      request);
}

Reply Handler::answer_op(const ClassicRequest& request, const Peer&, RequestRecord& record) {
  const Location location = locate({std::nullopt, request.path}, record);
  // Where there is little room, a file that will not fit is not read in vain.
  const bool little_room = most_bytes_ < limits_.content_bytes;
  if (little_room && files_.status(location).size > most_bytes_)
    throw RequestError(ErrorCode::busy, busy_with_others);
  return {encode_classic_reply(files_.read_whole(location, limits_.content_bytes), stamp()), {}};
}

Reply Handler::answer_op(const HelloRequest&, const Peer& peer, RequestRecord&) {
  Hello hello;
  hello.version = FILER_VERSION;
  hello.roots = files_.root_names();
  hello.request_bytes = limits_.request_bytes;
  hello.content_bytes = limits_.content_bytes;
  hello.chunk_bytes = limits_.chunk_bytes;
  hello.list_entries = limits_.list_entries;
  hello.peer = peer.address;
  return {encode_hello_reply(hello, stamp()), {}};
}

Reply Handler::answer_op(const StatsRequest&, const Peer&, RequestRecord&) {
  return {encode_stats_reply(statistics_.snapshot(), stamp()), {}};
}

Reply Handler::answer_op(const GetRequest& request, const Peer&, RequestRecord& record) {
  const Location location = locate(request.target, record);
  const std::uint64_t most = std::min<std::uint64_t>(limits_.chunk_bytes, most_bytes_ / 2);
  const Range range{request.offset, std::min(request.length.value_or(most), most)};
  Chunk chunk = files_.read_chunk(location, range, request.if_match);
  if (request.if_none_match == chunk.etag) return {encode_not_modified_reply(chunk.etag, stamp()), {}};
  return encode_chunk_reply(std::move(chunk), request.encoding, stamp());
}

Reply Handler::answer_op(const StatRequest& request, const Peer&, RequestRecord& record) {
  const FileStatus status = files_.status(locate(request.target, record));
  if (request.if_none_match == status.etag) return {encode_not_modified_reply(status.etag, stamp()), {}};
  return {encode_status_reply(status, stamp()), {}};
}

Reply Handler::answer_op(const ListRequest& request, const Peer&, RequestRecord& record) {
  const Location location = locate(request.target, record);
  constexpr std::uint64_t entry_bytes = 512;  // of all but the oddest names
  const std::uint64_t most = std::min<std::uint64_t>(limits_.list_entries, most_bytes_ / entry_bytes);
  const std::uint64_t limit = std::min(request.limit.value_or(most), most);
  const DirectoryPage page = files_.list(location, request.after, limit);
  if (request.if_none_match == page.etag) return {encode_not_modified_reply(page.etag, stamp()), {}};
  return {encode_page_reply(page, stamp()), {}};
}

Location Handler::locate(const Target& target, RequestRecord& record) const {
  record.path = target.path.substr(0, PATH_MAX);
  record.root = target.root.value_or("");
  Location location = files_.locate(target.path, target.root);
  record.root = location.root->name();
  return location;
}

Reply Handler::answer_failure(RequestRecord& record) const {
  const Failure failure = map_exception(std::current_exception());
  record.code = failure.code;
  record.error = failure.message;
  record.detail = failure.detail;
  return {encode_error_reply(failure.code, about_path(record.path, failure.message), failure.size, stamp()),
          {}};
}

ReplyStamp Handler::stamp() const {
  using std::chrono::system_clock;
  const auto now = system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), pid_};
}

}  // namespace filer
