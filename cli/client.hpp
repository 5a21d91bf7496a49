#pragma once

#include "cli/exit_status.hpp"
#include "protocol/reply_decoder.hpp"
#include "protocol/request.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
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

/// The daemon, or several that hold the same files: the first endpoint that answers serves, the next takes
/// over when it fails. One thread.
class Client {
 public:
  /// `silence`: how long nothing may come before the daemon is given up. Throws CommandError (usage) for an
  /// endpoint that ZeroMQ does not understand.
  Client(std::vector<std::string> endpoints, std::chrono::milliseconds silence);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends a request and waits for its reply. A daemon that is busy is asked again; over a lost connection
  /// the request is sent again, over a fresh one or to the next endpoint. A reply may take as long as the
  /// daemon lives (a watch, a digest of a large file): it is asked for signs of life meanwhile. Throws
  /// DaemonError, CommandError (unreachable, interrupted, failed: not a reply).
  [[nodiscard]] Answer ask(const Request& request);

  /// The endpoint that serves now.
  [[nodiscard]] const std::string& endpoint() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace filer
