#pragma once

#include "tests/unit/support/eventually.hpp"

#include <zmq.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace filer::test {

using Frames = std::vector<std::string>;

/// A client's socket, as any ZeroMQ program has one.
class ZmqPeer {
 public:
  /// Options that must precede the connection are set on socket(), then comes connect().
  explicit ZmqPeer(zmq::socket_type type = zmq::socket_type::dealer);
  /// A connected one.
  ZmqPeer(const std::string& address, zmq::socket_type type = zmq::socket_type::dealer);

  [[nodiscard]] zmq::socket_t& socket() noexcept { return socket_; }
  void connect(const std::string& address) { socket_.connect(address); }

  void send(const Frames& frames);

  /// One whole message; nullopt when none comes in time.
  [[nodiscard]] std::optional<Frames> receive(std::chrono::milliseconds time = patience);

  /// Sends an empty delimiter and a request, and gives the frame of the reply; empty when none comes.
  [[nodiscard]] std::string ask(std::string_view request);

  /// Whether the connection ends before the time is up; watch_connection() must have been called before.
  void watch_connection();
  [[nodiscard]] bool is_disconnected(std::chrono::milliseconds time = patience);

 private:
  zmq::context_t context_;
  zmq::socket_t socket_;
  zmq::socket_t events_;
};

}  // namespace filer::test
