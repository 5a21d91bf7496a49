#pragma once

#include <zmq.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// A connection to one daemon. One thread at a time; one request at a time.
class Connection {
 public:
  /// Begins to connect. `silence`: how long to wait for a reply before giving up.
  /// Throws CommandError (usage) for an endpoint that ZeroMQ does not understand.
  Connection(std::string endpoint, std::chrono::milliseconds silence);

  /// Sends one request and gives the frames of its reply, at least one. Throws CommandError: unreachable,
  /// within half a second where connections are refused; interrupted.
  [[nodiscard]] std::vector<std::string> request(std::string_view bytes);

  /// How long it waits for a reply.
  [[nodiscard]] std::chrono::milliseconds silence() const noexcept { return silence_; }

  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }

 private:
  enum class Progress { connecting, connected, greeted };

  void wait_for_reply();
  void read_events();
  void read_event();
  [[nodiscard]] std::vector<std::string> receive();
  [[nodiscard]] bool has_reply();
  [[noreturn]] void fail_refused() const;
  [[noreturn]] void fail_closed() const;
  [[noreturn]] void fail_silent() const;

  std::string endpoint_;
  std::chrono::milliseconds silence_;
  zmq::context_t context_;
  zmq::socket_t dealer_;
  zmq::socket_t events_;  ///< what becomes of the connection, told by libzmq
  std::chrono::steady_clock::time_point start_;
  Progress progress_ = Progress::connecting;
};

}  // namespace filer
