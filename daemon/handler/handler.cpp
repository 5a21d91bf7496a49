#include "daemon/handler/handler.hpp"

#include "base/escape.hpp"
#include "daemon/handler/error_mapper.hpp"

#include <unistd.h>

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

Handler::Handler(const Limits& limits, const FileStore& files, Logger& logger)
    : limits_(limits), files_(files), logger_(logger), decoder_(limits.request_bytes), pid_(::getpid()) {}

std::string Handler::handle(std::string_view request, const Peer& peer) {
  using std::chrono::steady_clock;
  const auto start = steady_clock::now();
  RequestRecord record;
  record.peer = peer.address;
  record.user = peer.user;
  std::string reply;
  try {
    reply = answer(decoder_.decode(request), peer, record);
  } catch (...) {
    reply = answer_failure(record);
  }
  record.bytes = reply.size();
  record.duration = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - start);
  logger_.log(std::move(record));
  return reply;
}

std::string Handler::refuse(ErrorCode code, const std::string& message, const Peer& peer) {
  RequestRecord record;
  record.peer = peer.address;
  record.user = peer.user;
  record.code = code;
  record.error = message;
  std::string reply = encode_error_reply(code, message, std::nullopt, stamp());
  record.bytes = reply.size();
  logger_.log(std::move(record));
  return reply;
}

std::string Handler::answer(const Request& request, const Peer& peer, RequestRecord& record) {
  return std::visit(
      [&](const auto& op_request) {
        record.op = op_request.op;
        return answer_op(op_request, peer, record);
      },
      request);
}

std::string Handler::answer_op(const ClassicRequest& request, const Peer&, RequestRecord& record) {
  record.path = request.path.substr(0, PATH_MAX);
  const Location location = files_.locate(request.path);
  record.root = location.root->name();
  return encode_classic_reply(files_.read_whole(location, limits_.content_bytes), stamp());
}

std::string Handler::answer_op(const HelloRequest&, const Peer& peer, RequestRecord&) {
  return encode_hello_reply(
      {FILER_VERSION, files_.root_names(), limits_.request_bytes, limits_.content_bytes, peer.address},
      stamp());
}

std::string Handler::answer_failure(RequestRecord& record) {
  const Failure failure = map_exception(std::current_exception());
  record.code = failure.code;
  record.error = failure.message;
  record.detail = failure.detail;
  return encode_error_reply(failure.code, about_path(record.path, failure.message), failure.size, stamp());
}

ReplyStamp Handler::stamp() const {
  using std::chrono::system_clock;
  const auto now = system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), pid_};
}

}  // namespace filer
