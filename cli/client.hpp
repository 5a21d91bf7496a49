#pragma once

#include "cli/exit_status.hpp"
#include "cli/keys/key_ring.hpp"
#include "protocol/reply_decoder.hpp"
#include "protocol/request.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace filer {

/// An error that a daemon answered with; what() is escaped, for it comes from elsewhere.
class DaemonError : public CommandError {
 public:
  DaemonError(RemoteError remote, const std::string& endpoint);

  RemoteError error;
};

/// What came back for one request.
struct Answer {
  ReceivedReply reply;  ///< no error
  std::string data;     ///< the bytes behind a raw `get`
};

/// A request that was sent. None is 0.
using Ticket = std::uint64_t;

/// What a request came to.
struct Arrival {
  Ticket ticket = 0;
  std::variant<Answer, DaemonError> outcome;
  std::chrono::steady_clock::duration round_trip{};  ///< since the request was sent last

  /// The answer; throws the DaemonError that came instead.
  [[nodiscard]] Answer& answer();
};

/// The daemon, or several that hold the same files: the first endpoint that answers serves, the next takes
/// over when it fails. One thread.
class Client {
 public:
  /// `silence`: how long nothing may come before the daemon is given up. Throws CommandError (usage) for an
  /// endpoint that ZeroMQ does not understand; for the later ones when it comes to them.
  Client(std::vector<std::string> endpoints, std::chrono::milliseconds silence, KeyRing keys = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends a request and waits for its reply. A daemon that is busy is asked again; over a lost connection
  /// the request is sent again, over a fresh one or to the next endpoint. A reply may take as long as the
  /// daemon lives (a watch, a digest of a large file): it is asked for signs of life meanwhile. Only while
  /// no other request is under way. Throws DaemonError, CommandError (unreachable, interrupted, failed: not a
  /// reply).
  [[nodiscard]] Answer ask(const Request& request);

  /// The same for bytes as they are: whatever came back, frame by frame, at least one. Errors and `busy` are
  /// the caller's to read.
  [[nodiscard]] std::vector<std::string> exchange(std::string_view request);

  /// Pipelining: sends a request and does not wait. How many may be under way is the caller's to decide.
  [[nodiscard]] Ticket send(const Request& request);

  /// The next reply to any request that was sent, as they come: each ticket arrives once. There must be one
  /// under way. As patient and as persistent as ask(); afterwards, endpoint() is the one that answered.
  /// Throws CommandError (interrupted; failed: not a reply; unreachable: no ticket arrives any more).
  [[nodiscard]] Arrival receive();

  /// The same, or nullopt when none came within `most`; there need not be one under way.
  [[nodiscard]] std::optional<Arrival> receive_within(std::chrono::milliseconds most);

  /// Its reply will not arrive.
  void forget(Ticket ticket);

  /// Requests under way.
  [[nodiscard]] std::size_t pending() const noexcept;

  /// How often the daemon was too busy for a request, so far.
  [[nodiscard]] std::uint64_t busy_count() const noexcept;

  /// The endpoint that serves now.
  [[nodiscard]] const std::string& endpoint() const noexcept;

  /// Whether another endpoint may take over.
  [[nodiscard]] bool has_replicas() const noexcept;

  /// Who is told of each endpoint that fails and of what is done about it; in one line, escaped.
  void set_trouble_listener(std::function<void(const std::string& line)> listener);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace filer
