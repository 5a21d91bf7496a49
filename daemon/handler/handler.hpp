#pragma once

#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/handler/peer.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/statistics.hpp"
#include "protocol/reply.hpp"
#include "protocol/request_decoder.hpp"

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>

namespace filer {

/// A request that was understood and has no reply yet.
struct Task {
  Request request;
  Peer peer;
  std::size_t most_bytes = 0;  ///< a longer reply becomes `busy`, a range or a page is cut to fit
  std::chrono::steady_clock::time_point start;
};

/// Where a task is worked on.
enum class Work : std::uint8_t {
  inline_work,  ///< done at once
  slow          ///< may take long: hashing
};

[[nodiscard]] Work work_of(const Task& task) noexcept;

/// What a task waits for: that a location leads to something else, until its time is up.
struct Watch {
  Location location;
  std::string etag;  ///< of what it leads to now
  std::chrono::steady_clock::time_point deadline;
};

/// Whether a task asks to wait for a change.
[[nodiscard]] bool wants_to_wait(const Task& task) noexcept;

/// Bytes in, reply out: decodes a request, does what it asks, encodes the answer, tells the journal. Knows no
/// sockets. What it refers to is shared and must outlive it.
class Handler {
 public:
  Handler(const Limits& limits, const FileStore& files, Statistics& statistics, Logger& logger);

  static constexpr std::size_t any_size = std::numeric_limits<std::size_t>::max();
  static constexpr const char* busy_with_others =
      "the daemon has too many bytes in flight to its peers; try again";

  /// Understands a request, or answers that it cannot. One thread.
  [[nodiscard]] std::variant<Reply, Task> accept(std::string_view request, const Peer& peer,
                                                 std::size_t most_bytes = any_size);

  /// Does what a task asks; failures are replies too. Any thread. `stop` ends slow work early, with `busy`.
  [[nodiscard]] Reply answer(const Task& task, const std::stop_token& stop = {}) const;

  /// The same, but nullopt, and nothing in the journal, where the reply would be not_modified. Any thread.
  [[nodiscard]] std::optional<Reply> answer_if_modified(const Task& task) const;

  /// For a task that wants to wait, and has not been modified. Any thread.
  [[nodiscard]] Watch watch_of(const Task& task) const;

  /// Exactly one reply for any bytes, at once. One thread.
  [[nodiscard]] Reply handle(std::string_view request, const Peer& peer, std::size_t most_bytes = any_size);

  /// The reply to a request that is not looked at, for a reason that lies in how it came: too many frames,
  /// too much in flight. Any thread.
  [[nodiscard]] Reply refuse(ErrorCode code, const std::string& message, const Peer& peer) const;

  /// The reply to a task that is not done, or in vain, for lack of room.
  [[nodiscard]] Reply refuse_busy(const std::string& message, const Task& task) const;

 private:
  /// One answering of a task: what it may cost, and what the journal will be told of it.
  struct Attempt {
    const Task& task;
    const std::stop_token& stop;
    RequestRecord record;
    bool not_modified = false;
  };

  void evaluate(Attempt& attempt, Reply& reply) const;
  Reply answer_op(const ClassicRequest& request, Attempt& attempt) const;
  Reply answer_op(const HelloRequest& request, Attempt& attempt) const;
  Reply answer_op(const StatsRequest& request, Attempt& attempt) const;
  Reply answer_op(const GetRequest& request, Attempt& attempt) const;
  Reply answer_op(const StatRequest& request, Attempt& attempt) const;
  Reply answer_op(const ListRequest& request, Attempt& attempt) const;
  Reply answer_op(const DigestRequest& request, Attempt& attempt) const;
  Reply answer_not_modified(const std::string& etag, Attempt& attempt) const;
  [[nodiscard]] Reply refuse(ErrorCode code, const std::string& message, RequestRecord record) const;
  [[nodiscard]] Reply answer_failure(RequestRecord& record) const;
  [[nodiscard]] Location locate(const Target& target, RequestRecord& record) const;
  void conclude(RequestRecord record, const Reply& reply) const;
  [[nodiscard]] ReplyStamp stamp() const;

  Limits limits_;
  const FileStore& files_;
  Statistics& statistics_;
  Logger& logger_;
  RequestDecoder decoder_;
  std::int64_t pid_;
};

}  // namespace filer
