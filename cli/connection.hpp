#pragma once

#include "cli/keys/key_ring.hpp"

#include <zmq.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// A reply as it came.
struct Delivery {
  std::uint64_t number = 0;         ///< of the request that it answers
  std::vector<std::string> frames;  ///< behind the delimiter, at least one
};

/// One connection to one daemon: requests go out under a number of the caller's, replies come back under it,
/// in any order. What is lost with the connection stays lost: the caller makes another one. One thread.
class Connection {
 public:
  enum class Progress : std::uint8_t {
    connecting,
    refused,    ///< again and again, for long enough to be believed
    connected,  ///< somebody accepted it
    greeted,    ///< it speaks ZeroMQ
    lost,       ///< it was greeted and has ended
    // Somebody accepted it, and there was no greeting:
    key_refused,  ///< our key is not authorized
    unmatched,    ///< one side wants CURVE, the other does not
    not_agreed    ///< again and again: it has another key than we think
  };

  /// Begins to connect. Throws CommandError (usage) for an endpoint that ZeroMQ does not understand.
  Connection(zmq::context_t& context, std::string endpoint, const KeyRing& keys = {});

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Never waits.
  void send(std::uint64_t number, std::string_view request);

  /// A reply that is there. Throws CommandError (failed) for what is no reply to a request of ours.
  [[nodiscard]] std::optional<Delivery> receive();

  /// Waits until there is a reply, something became of the connection, a signal came, or the time is up.
  void wait(std::chrono::milliseconds most);

  /// What became of the connection. A lost one may still have replies.
  [[nodiscard]] Progress progress();

  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }

 private:
  void read_event();
  void follow(std::uint16_t number, std::uint32_t value);

  std::string endpoint_;
  zmq::socket_t dealer_;
  zmq::socket_t events_;  ///< what becomes of the connection, told by libzmq
  bool uses_curve_;
  int broken_handshakes_ = 0;
  std::chrono::steady_clock::time_point start_;
  Progress progress_ = Progress::connecting;
};

/// Whether a connection will not come about, for want of the right keys.
[[nodiscard]] constexpr bool is_rejected(Connection::Progress progress) noexcept {
  return progress >= Connection::Progress::key_refused;
}

}  // namespace filer
