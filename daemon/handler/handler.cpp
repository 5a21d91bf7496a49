#include "daemon/handler/handler.hpp"

#include "base/escape.hpp"
#include "base/sha256.hpp"
#include "daemon/handler/error_mapper.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <exception>
#include <functional>
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

/// For the journal: what does not name a root may be long.
std::string root_asked_for(const Target& target) {
  constexpr std::size_t most = 64;
  return target.root.value_or("").substr(0, most);
}

std::string_view op_of(const Request& request) noexcept {
  return std::visit([](const auto& op_request) { return op_request.op; }, request);
}

/// Refuses what a peer may not do, whatever it is about.
void refuse_denied(const AccessRules& rules, const Peer& peer, std::string_view op) {
  switch (rules.decide(peer, op)) {
    case Permission::key_refused:
      throw RequestError(ErrorCode::access_denied, "your key is not authorized any more");
    case Permission::op_refused:
      throw RequestError(ErrorCode::access_denied,
                         fmt::format("your key is not for the op {}; hello tells what it is for", op));
    case Permission::root_refused:
    case Permission::allowed:
      break;
  }
}

/// Whether what a record tells of may go to this peer.
bool is_allowed(const AccessRules& rules, const Peer& peer, const RequestRecord& record) {
  const Permission verdict =
      record.root.empty() ? rules.decide(peer, record.op) : rules.decide(peer, record.root, record.op);
  return verdict == Permission::allowed;
}

/// The roots that a peer may use for an op; a RootFilter. Refers to all of them.
struct RootsFor {
  const AccessRules& rules;
  const Peer& peer;
  std::string_view op;

  bool operator()(const std::string& root) const {
    return rules.decide(peer, root, op) == Permission::allowed;
  }
};

bool wants_to_wait(const Request& request) noexcept {
  const IfNoneMatch* condition = condition_of(request);
  return condition != nullptr && condition->wait_ms > 0;
}

}  // namespace

Handler::Handler(ConfigInForce config, const FileStore& files, const AccessTable& access,
                 Statistics& statistics, Logger& logger)
    : config_(std::move(config)),
      files_(files),
      access_(access),
      statistics_(statistics),
      logger_(logger),
      decoder_(config_->limits.request_bytes),
      pid_(::getpid()) {}

std::variant<Reply, Task> Handler::accept(std::string_view request, const Peer& peer,
                                          std::size_t most_bytes) {
  const auto start = steady_clock::now();
  try {
    Task task{decoder_.decode(request), peer, most_bytes, start, config_};
    task.may_wait = wants_to_wait(task.request);
    return task;
  } catch (...) {
    Outcome outcome{Outcome::Kind::replied, {}, {}, record_of(peer), {}};
    outcome.reply = answer_failure(outcome.record);
    return conclude(std::move(outcome));
  }
}

Outcome Handler::attempt(const Task& task) const {
  return evaluate(task, nullptr);
}

Outcome Handler::perform(const Task& task, Supervision& supervision) const {
  return evaluate(task, &supervision);
}

bool Handler::share(const Task& task, Outcome& outcome) const {
  const auto rules = access_.rules();
  if (!is_allowed(*rules, task.peer, outcome.record)) return false;
  outcome.record.key = task.peer.key.empty() ? "" : rules->name_of_key(task.peer.key);
  return true;
}

std::optional<Location> Handler::location_of(const Task& task) const {
  const auto rules = access_.rules();
  const RootsFor may_use{*rules, task.peer, op_of(task.request)};
  try {
    if (const auto* classic = std::get_if<ClassicRequest>(&task.request))
      return files_.locate(classic->path, {}, std::cref(may_use));
    if (const Target* target = target_of(task.request))
      return files_.locate(target->path, target->root, std::cref(may_use));
  } catch (const RequestError&) {
    // Whoever does the task finds out, and says so.
  }
  return std::nullopt;
}

Reply Handler::handle(std::string_view request, const Peer& peer, std::size_t most_bytes) {
  auto accepted = accept(request, peer, most_bytes);
  if (auto* reply = std::get_if<Reply>(&accepted)) return std::move(*reply);
  auto& task = std::get<Task>(accepted);
  task.may_wait = false;
  Supervision unsupervised;
  return conclude(perform(task, unsupervised));
}

Reply Handler::refuse(ErrorCode code, const std::string& message, const Peer& peer) const {
  return refuse(code, message, record_of(peer));
}

Reply Handler::refuse(ErrorCode code, const std::string& message, const Task& task) const {
  RequestRecord record = record_of(task.peer);
  record.op = op_of(task.request);
  record.duration = time_taken_by(task);
  if (const Target* target = target_of(task.request)) {
    record.root = root_asked_for(*target);
    record.path = target->path.substr(0, PATH_MAX);
  }
  return refuse(code, message, std::move(record));
}

Reply Handler::refuse(ErrorCode code, const std::string& message, RequestRecord record) const {
  record.code = code;
  record.error = message;
  Reply reply{encode_error_reply(code, about_path(record.path, message), std::nullopt, stamp()), {}};
  return conclude({Outcome::Kind::replied, {}, std::move(reply), std::move(record), {}});
}

Outcome Handler::evaluate(const Task& task, Supervision* supervision) const {
  Attempt attempt{task, supervision, access_.rules(), record_of(task.peer), {}, {}};
  Outcome outcome;
  try {
    outcome.reply = reply_to(attempt);
    // What takes long may outlive the permission for it.
    if (supervision != nullptr && !is_allowed(*access_.rules(), task.peer, attempt.record)) {
      throw RequestError(ErrorCode::access_denied, "you may not have it any more");
    }
    if (attempt.watch && task.may_wait) {
      return {Outcome::Kind::unmodified, {}, {}, {}, std::move(attempt.watch)};
    }
    if (outcome.reply.size() > task.most_bytes) throw RequestError(ErrorCode::busy, busy_with_others);
  } catch (const WouldBlock&) {
    return {Outcome::Kind::would_block, {}, {}, {}, {}};
  } catch (...) {
    outcome.reply = answer_failure(attempt.record);
  }
  outcome.turn = std::move(attempt.turn);
  outcome.record = std::move(attempt.record);
  outcome.record.duration = time_taken_by(task);
  return outcome;
}

Reply Handler::reply_to(Attempt& attempt) const {
  return std::visit(
      [&](const auto& op_request) {
        attempt.record.op = op_request.op;
        refuse_denied(*attempt.rules, attempt.task.peer, op_request.op);
        return answer_op(op_request, attempt);
      },
      attempt.task.request);
}

Reply Handler::conclude(Outcome outcome) const {
  outcome.record.bytes = outcome.reply.size();
  const RequestRecord& record = outcome.record;
  statistics_.count_reply(record.op, record.code, record.bytes, record.duration);
  logger_.log(std::move(outcome.record));
  return std::move(outcome.reply);
}

Reply Handler::answer_op(const ClassicRequest& request, Attempt& attempt) const {
  const Location location = locate({std::nullopt, request.path}, attempt);
  // Where there is little room, a file that will not fit is not read in vain.
  const std::size_t most_bytes = attempt.task.most_bytes;
  const bool little_room = most_bytes < attempt.limits().content_bytes;
  if (little_room && files_.status(location, attempt.access()).size > most_bytes)
    throw RequestError(ErrorCode::busy, busy_with_others);
  const Bytes content = files_.read_whole(location, attempt.limits().content_bytes, attempt.access());
  // JSON can make six times as much of it.
  if (content.size() >= Turn::least_large) attempt.turn = Turn::take();
  return {encode_classic_reply(content, stamp()), {}};
}

Reply Handler::answer_op(const HelloRequest&, Attempt& attempt) const {
  Hello hello;
  hello.version = FILER_VERSION;
  const Peer& peer = attempt.task.peer;
  for (const std::string_view op : op_names) {
    if (attempt.rules->decide(peer, op) == Permission::allowed) hello.ops.emplace_back(op);
  }
  hello.roots = files_.root_names(RootsFor{*attempt.rules, peer, HelloRequest::op});
  const Limits& limits = attempt.limits();
  hello.limits = {{"request_bytes", limits.request_bytes},
                  {"content_bytes", limits.content_bytes},
                  {"chunk_bytes", limits.chunk_bytes},
                  {"list_entries", limits.list_entries},
                  {"wait_ms", limits.wait_ms},
                  {"waits_per_peer", limits.waits_per_peer}};
  hello.peer = peer.address;
  return {encode_hello_reply(hello, stamp()), {}};
}

Reply Handler::answer_op(const StatsRequest&, Attempt&) const {
  return {encode_stats_reply(statistics_.snapshot(), stamp()), {}};
}

Reply Handler::answer_op(const GetRequest& request, Attempt& attempt) const {
  const Location location = locate(request.target, attempt);
  if (request.digest) throw_if_cached_only(attempt);
  const std::uint64_t most =
      std::min<std::uint64_t>(attempt.limits().chunk_bytes, attempt.task.most_bytes / 2);
  const Range range{request.offset, std::min(request.length.value_or(most), most)};
  Chunk chunk = files_.read_chunk(
      location, range, {request.if_match, request.if_none_match.etag, request.digest}, attempt.access());
  if (request.if_none_match.etag == chunk.header.etag)
    return answer_not_modified(chunk.header.etag, location, attempt);
  if (request.digest) chunk.header.digest = sha256_of(chunk.bytes);
  return encode_chunk_reply(std::move(chunk), request.encoding, stamp());
}

Reply Handler::answer_op(const StatRequest& request, Attempt& attempt) const {
  const Location location = locate(request.target, attempt);
  const FileStatus status = files_.status(location, attempt.access());
  if (request.if_none_match.etag == status.etag) return answer_not_modified(status.etag, location, attempt);
  return {encode_status_reply(status, stamp()), {}};
}

Reply Handler::answer_op(const ListRequest& request, Attempt& attempt) const {
  const Location location = locate(request.target, attempt);
  if (const auto& unwanted = request.if_none_match.etag) {
    const FileStatus status = files_.status(location, attempt.access());
    const bool is_same = status.type == FileType::directory && status.etag == *unwanted;
    if (is_same) return answer_not_modified(status.etag, location, attempt);
  }
  throw_if_cached_only(attempt);
  constexpr std::uint64_t entry_bytes = 512;  // of all but the oddest names
  const std::uint64_t most =
      std::min<std::uint64_t>(attempt.limits().list_entries, attempt.task.most_bytes / entry_bytes);
  const std::uint64_t limit = std::min(request.limit.value_or(most), most);
  return {encode_page_reply(files_.list(location, request.after, limit), stamp()), {}};
}

Reply Handler::answer_op(const DigestRequest& request, Attempt& attempt) const {
  const Location location = locate(request.target, attempt);
  throw_if_cached_only(attempt);
  const DigestRange range{request.offset, request.length, request.chunk, attempt.limits().list_entries};
  return {encode_digest_reply(files_.digest(location, range, *attempt.supervision), stamp()), {}};
}

Reply Handler::answer_not_modified(const std::string& etag, Location location, Attempt& attempt) const {
  const auto wait_ms = std::min(condition_of(attempt.task.request)->wait_ms, attempt.limits().wait_ms);
  attempt.watch = {std::move(location), etag, attempt.task.start + std::chrono::milliseconds(wait_ms)};
  return {encode_not_modified_reply(etag, stamp()), {}};
}

Location Handler::locate(const Target& target, Attempt& attempt) const {
  RequestRecord& record = attempt.record;
  record.path = target.path.substr(0, PATH_MAX);
  record.root = root_asked_for(target);
  // By reference, which costs no memory.
  const RootsFor may_use{*attempt.rules, attempt.task.peer, record.op};
  try {
    Location location = files_.locate(target.path, target.root, std::cref(may_use));
    record.root = location.root->name();
    return location;
  } catch (const RequestError&) {
    record.detail = closed_root(target);
    throw;
  }
}

/// What the peer is not told, and the journal is: that there is a root, but not for it.
std::string Handler::closed_root(const Target& target) const {
  try {
    return fmt::format("root {} is not open to this peer: see its 'allow', and the file of the peer's key",
                       quote(files_.locate(target.path, target.root).root->name()));
  } catch (const RequestError&) {
    return "";
  }
}

RequestRecord Handler::record_of(const Peer& peer) const {
  RequestRecord record;
  record.peer = peer.address;
  record.user = peer.user;
  if (!peer.key.empty()) record.key = access_.rules()->name_of_key(peer.key);
  return record;
}

/// Reading directories and hashing take their time, whatever is cached.
void Handler::throw_if_cached_only(const Attempt& attempt) {
  if (attempt.access() == Access::cached) throw WouldBlock();
}

Reply Handler::answer_failure(RequestRecord& record) const {
  const Failure failure = map_exception(std::current_exception());
  record.code = failure.code;
  record.error = failure.message;
  if (!failure.detail.empty()) record.detail = failure.detail;
  return {encode_error_reply(failure.code, about_path(record.path, failure.message), failure.size, stamp()),
          {}};
}

ReplyStamp Handler::stamp() const {
  using std::chrono::system_clock;
  const auto now = system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), pid_};
}

}  // namespace filer
