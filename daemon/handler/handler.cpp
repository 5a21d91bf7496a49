#include "daemon/handler/handler.hpp"

#include "base/escape.hpp"
#include "base/sha256.hpp"
#include "daemon/handler/error_mapper.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <exception>
#include <utility>

namespace filer {
namespace {

using std::chrono::steady_clock;

/// How much of a peer's path an error message repeats.
constexpr std::size_t most_quoted = 256;

std::string about_path(const std::string& path, const std::string& message) {
  if (path.empty()) return message;
  const bool cut = path.size() > most_quoted;
  return quote(std::string_view(path).substr(0, most_quoted)) + (cut ? "…: " : ": ") + message;
}

RequestRecord record_of(const Peer& peer) {
  RequestRecord record;
  record.peer = peer.address;
  record.user = peer.user;
  return record;
}

const IfNoneMatch* condition_of(const Request& request) noexcept {
  return std::visit(
      [](const auto& op_request) -> const IfNoneMatch* {
        if constexpr (requires { op_request.if_none_match; }) return &op_request.if_none_match;
        return nullptr;
      },
      request);
}

const Target* target_of(const Request& request) noexcept {
  return std::visit(
      [](const auto& op_request) -> const Target* {
        if constexpr (requires { op_request.target; }) return &op_request.target;
        return nullptr;
      },
      request);
}

}  // namespace

Work work_of(const Task& task) noexcept {
  if (std::holds_alternative<DigestRequest>(task.request)) return Work::slow;
  const auto* get = std::get_if<GetRequest>(&task.request);
  return get != nullptr && get->digest ? Work::slow : Work::inline_work;
}

bool wants_to_wait(const Task& task) noexcept {
  const IfNoneMatch* condition = condition_of(task.request);
  return condition != nullptr && condition->wait_ms > 0;
}

Handler::Handler(const Limits& limits, const FileStore& files, Statistics& statistics, Logger& logger)
    : limits_(limits),
      files_(files),
      statistics_(statistics),
      logger_(logger),
      decoder_(limits.request_bytes),
      pid_(::getpid()) {}

std::variant<Reply, Task> Handler::accept(std::string_view request, const Peer& peer,
                                          std::size_t most_bytes) {
  const auto start = steady_clock::now();
  try {
    return Task{decoder_.decode(request), peer, most_bytes, start};
  } catch (...) {
    RequestRecord record = record_of(peer);
    Reply reply = answer_failure(record);
    conclude(std::move(record), reply);
    return reply;
  }
}

Reply Handler::answer(const Task& task, const std::stop_token& stop) const {
  Attempt attempt{task, stop, record_of(task.peer)};
  Reply reply;
  evaluate(attempt, reply);
  conclude(std::move(attempt.record), reply);
  return reply;
}

std::optional<Reply> Handler::answer_if_modified(const Task& task) const {
  const std::stop_token never;
  Attempt attempt{task, never, record_of(task.peer)};
  Reply reply;
  evaluate(attempt, reply);
  if (attempt.not_modified) return std::nullopt;
  conclude(std::move(attempt.record), reply);
  return reply;
}

Watch Handler::watch_of(const Task& task) const {
  const IfNoneMatch& condition = *condition_of(task.request);
  const Target& target = *target_of(task.request);
  const std::chrono::milliseconds time(std::min(condition.wait_ms, limits_.wait_ms));
  return {files_.locate(target.path, target.root), condition.etag.value(), task.start + time};
}

Reply Handler::handle(std::string_view request, const Peer& peer, std::size_t most_bytes) {
  auto accepted = accept(request, peer, most_bytes);
  if (auto* reply = std::get_if<Reply>(&accepted)) return std::move(*reply);
  return answer(std::get<Task>(accepted));
}

Reply Handler::refuse(ErrorCode code, const std::string& message, const Peer& peer) const {
  return refuse(code, message, record_of(peer));
}

Reply Handler::refuse_busy(const std::string& message, const Task& task) const {
  RequestRecord record = record_of(task.peer);
  std::visit([&record](const auto& op_request) { record.op = op_request.op; }, task.request);
  if (const Target* target = target_of(task.request)) {
    record.root = target->root.value_or("");
    record.path = target->path.substr(0, PATH_MAX);
  }
  return refuse(ErrorCode::busy, message, std::move(record));
}

Reply Handler::refuse(ErrorCode code, const std::string& message, RequestRecord record) const {
  record.code = code;
  record.error = message;
  Reply reply{encode_error_reply(code, about_path(record.path, message), std::nullopt, stamp()), {}};
  conclude(std::move(record), reply);
  return reply;
}

void Handler::evaluate(Attempt& attempt, Reply& reply) const {
  RequestRecord& record = attempt.record;
  try {
    reply = std::visit(
        [&](const auto& op_request) {
          record.op = op_request.op;
          return answer_op(op_request, attempt);
        },
        attempt.task.request);
    if (reply.size() > attempt.task.most_bytes) throw RequestError(ErrorCode::busy, busy_with_others);
  } catch (...) {
    reply = answer_failure(record);
  }
  record.duration =
      std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - attempt.task.start);
}

void Handler::conclude(RequestRecord record, const Reply& reply) const {
  record.bytes = reply.size();
  statistics_.count_reply(record.code, record.bytes);
  logger_.log(std::move(record));
}

Reply Handler::answer_op(const ClassicRequest& request, Attempt& attempt) const {
  const Location location = locate({std::nullopt, request.path}, attempt.record);
  // Where there is little room, a file that will not fit is not read in vain.
  const std::size_t most_bytes = attempt.task.most_bytes;
  const bool little_room = most_bytes < limits_.content_bytes;
  if (little_room && files_.status(location).size > most_bytes)
    throw RequestError(ErrorCode::busy, busy_with_others);
  return {encode_classic_reply(files_.read_whole(location, limits_.content_bytes), stamp()), {}};
}

Reply Handler::answer_op(const HelloRequest&, Attempt& attempt) const {
  Hello hello;
  hello.version = FILER_VERSION;
  hello.ops.assign(std::begin(op_names), std::end(op_names));
  hello.roots = files_.root_names();
  hello.limits = {{"request_bytes", limits_.request_bytes},
                  {"content_bytes", limits_.content_bytes},
                  {"chunk_bytes", limits_.chunk_bytes},
                  {"list_entries", limits_.list_entries},
                  {"wait_ms", limits_.wait_ms},
                  {"waits_per_peer", limits_.waits_per_peer}};
  hello.peer = attempt.task.peer.address;
  return {encode_hello_reply(hello, stamp()), {}};
}

Reply Handler::answer_op(const StatsRequest&, Attempt&) const {
  return {encode_stats_reply(statistics_.snapshot(), stamp()), {}};
}

Reply Handler::answer_op(const GetRequest& request, Attempt& attempt) const {
  const Location location = locate(request.target, attempt.record);
  const std::uint64_t most = std::min<std::uint64_t>(limits_.chunk_bytes, attempt.task.most_bytes / 2);
  const Range range{request.offset, std::min(request.length.value_or(most), most)};
  Chunk chunk =
      files_.read_chunk(location, range, {request.if_match, request.if_none_match.etag, request.digest});
  if (request.if_none_match.etag == chunk.header.etag) return answer_not_modified(chunk.header.etag, attempt);
  if (request.digest) chunk.header.digest = sha256_of(chunk.bytes);
  return encode_chunk_reply(std::move(chunk), request.encoding, stamp());
}

Reply Handler::answer_op(const StatRequest& request, Attempt& attempt) const {
  const FileStatus status = files_.status(locate(request.target, attempt.record));
  if (request.if_none_match.etag == status.etag) return answer_not_modified(status.etag, attempt);
  return {encode_status_reply(status, stamp()), {}};
}

Reply Handler::answer_op(const ListRequest& request, Attempt& attempt) const {
  const Location location = locate(request.target, attempt.record);
  constexpr std::uint64_t entry_bytes = 512;  // of all but the oddest names
  const std::uint64_t most =
      std::min<std::uint64_t>(limits_.list_entries, attempt.task.most_bytes / entry_bytes);
  const std::uint64_t limit = std::min(request.limit.value_or(most), most);
  const DirectoryPage page = files_.list(location, request.after, limit, request.if_none_match.etag);
  if (request.if_none_match.etag == page.etag) return answer_not_modified(page.etag, attempt);
  return {encode_page_reply(page, stamp()), {}};
}

Reply Handler::answer_op(const DigestRequest& request, Attempt& attempt) const {
  const Location location = locate(request.target, attempt.record);
  const DigestRange range{request.offset, request.length, request.chunk, limits_.list_entries};
  return {encode_digest_reply(files_.digest(location, range, attempt.stop), stamp()), {}};
}

Reply Handler::answer_not_modified(const std::string& etag, Attempt& attempt) const {
  attempt.not_modified = true;
  return {encode_not_modified_reply(etag, stamp()), {}};
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
