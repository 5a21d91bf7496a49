#pragma once

#include "daemon/access/access_table.hpp"
#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/handler/peer.hpp"
#include "daemon/handler/turn.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/pool/supervision.hpp"
#include "daemon/statistics.hpp"
#include "protocol/reply.hpp"
#include "protocol/request_decoder.hpp"

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace filer {

/// A request that was understood and has no reply yet.
struct Task {
  Request request;
  Peer peer;
  std::size_t most_bytes = 0;  ///< a longer reply becomes `busy`, a range or a page is cut to fit
  std::chrono::steady_clock::time_point start;
  ConfigInForce config;                         ///< by which it is answered
  bool may_wait = false;                        ///< for a change, instead of being told that there is none
  std::chrono::steady_clock::duration held{0};  ///< time that it has waited for one
};

/// Since its start, without the time that it was held.
[[nodiscard]] inline std::chrono::microseconds time_taken_by(const Task& task) {
  const auto time = std::chrono::steady_clock::now() - task.start - task.held;
  return std::chrono::duration_cast<std::chrono::microseconds>(time);
}

/// What a task waits for: that a location leads to something else, until its time is up.
struct Watch {
  Location location;
  std::string etag;  ///< of what it leads to now
  std::chrono::steady_clock::time_point deadline;
};

/// What became of a task.
struct Outcome {
  enum class Kind : std::uint8_t {
    replied,
    unmodified,  ///< it may wait, and nothing has changed yet
    would_block  ///< it takes longer than can be waited for here
  };

  Kind kind = Kind::replied;
  Turn turn;                   ///< taken for a large reply, until it is counted as in flight
  Reply reply;                 ///< where it is replied to
  RequestRecord record;        ///< what the journal is to be told of the reply
  std::optional<Watch> watch;  ///< where it is unmodified
};

/// Bytes in, reply out: decodes a request, does what it asks, encodes the answer, tells the journal. Knows no
/// sockets and no threads. What it refers to is shared and must outlive it.
class Handler {
 public:
  /// limits.request_bytes stays what it is here.
  Handler(ConfigInForce config, const FileStore& files, const AccessTable& access, Statistics& statistics,
          Logger& logger);

  /// Requests that are accepted from here on are answered by another configuration. The thread that accepts.
  void adopt(ConfigInForce config) { config_ = std::move(config); }

  /// A task that has waited is to be answered by what is in force now; false: it is already. The thread that
  /// accepts.
  bool renew(Task& task) const {
    if (task.config == config_) return false;
    task.config = config_;
    return true;
  }

  static constexpr std::size_t any_size = std::numeric_limits<std::size_t>::max();
  static constexpr const char* busy_with_others =
      "the daemon has too many bytes in flight to its peers; try again";

  /// Understands a request, or answers that it cannot. One thread.
  [[nodiscard]] std::variant<Reply, Task> accept(std::string_view request, const Peer& peer,
                                                 std::size_t most_bytes = any_size);

  /// Does what a task asks if that takes no time; failures are replies too. Nothing is told to the journal:
  /// see conclude(). Any thread.
  [[nodiscard]] Outcome attempt(const Task& task) const;

  /// The same, however long it takes. Any thread.
  [[nodiscard]] Outcome perform(const Task& task, Supervision& supervision) const;

  /// Tells the journal of a reply, which is to be sent now. Any thread.
  [[nodiscard]] Reply conclude(Outcome outcome) const;

  /// What a task is about; nullopt: nothing in particular, or nothing there can be.
  [[nodiscard]] std::optional<Location> location_of(const Task& task) const;

  /// Whether what another peer was answered may answer this task too, now; the record then names this peer's
  /// key. Any thread.
  [[nodiscard]] bool share(const Task& task, Outcome& outcome) const;

  /// Exactly one reply for any bytes, however long it takes. One thread.
  [[nodiscard]] Reply handle(std::string_view request, const Peer& peer, std::size_t most_bytes = any_size);

  /// The reply to a request that is not looked at, for a reason that lies in how it came: too many frames,
  /// too much in flight. Any thread.
  [[nodiscard]] Reply refuse(ErrorCode code, const std::string& message, const Peer& peer) const;

  /// The reply to a task that is not done, or was done in vain, for lack of room or time. Any thread.
  [[nodiscard]] Reply refuse(ErrorCode code, const std::string& message, const Task& task) const;

 private:
  /// One answering of a task: what it may cost, and what the journal will be told of it.
  struct Attempt {
    const Task& task;
    Supervision* supervision;                  ///< none: nothing may take time
    std::shared_ptr<const AccessRules> rules;  ///< of this moment
    RequestRecord record;
    Turn turn;
    std::optional<Watch> watch;  ///< once it turned out to be unmodified

    [[nodiscard]] Access access() const { return supervision ? Access::blocking : Access::cached; }
    [[nodiscard]] const Limits& limits() const { return task.config->limits; }
  };

  Outcome evaluate(const Task& task, Supervision* supervision) const;
  Reply reply_to(Attempt& attempt) const;
  Reply answer_op(const ClassicRequest& request, Attempt& attempt) const;
  Reply answer_op(const HelloRequest& request, Attempt& attempt) const;
  Reply answer_op(const StatsRequest& request, Attempt& attempt) const;
  Reply answer_op(const GetRequest& request, Attempt& attempt) const;
  Reply answer_op(const StatRequest& request, Attempt& attempt) const;
  Reply answer_op(const ListRequest& request, Attempt& attempt) const;
  Reply answer_op(const DigestRequest& request, Attempt& attempt) const;
  static void throw_if_cached_only(const Attempt& attempt);
  Reply answer_not_modified(const std::string& etag, Location location, Attempt& attempt) const;
  [[nodiscard]] Reply refuse(ErrorCode code, const std::string& message, RequestRecord record) const;
  [[nodiscard]] Reply answer_failure(RequestRecord& record) const;
  [[nodiscard]] Location locate(const Target& target, Attempt& attempt) const;
  [[nodiscard]] std::string closed_root(const Target& target) const;
  [[nodiscard]] RequestRecord record_of(const Peer& peer) const;
  [[nodiscard]] ReplyStamp stamp() const;

  ConfigInForce config_;  ///< for the thread that accepts; tasks have their own
  const FileStore& files_;
  const AccessTable& access_;
  Statistics& statistics_;
  Logger& logger_;
  RequestDecoder decoder_;
  std::int64_t pid_;
};

}  // namespace filer
