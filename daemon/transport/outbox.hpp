#pragma once

#include "daemon/config/config.hpp"
#include "daemon/transport/message.hpp"

#include <zmq.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

namespace filer {

/// Bytes of replies that have not left this process yet; libzmq's I/O thread subtracts what it has sent.
using ByteCount = std::atomic<std::size_t>;

/// The bytes of one reply, counted as in flight for as long as they exist, whoever holds them.
class ReplyBytes {
 public:
  ReplyBytes(std::string bytes, std::shared_ptr<ByteCount> of_peer, std::shared_ptr<ByteCount> of_all);
  ~ReplyBytes();
  ReplyBytes(const ReplyBytes&) = delete;
  ReplyBytes& operator=(const ReplyBytes&) = delete;

  [[nodiscard]] std::string& bytes() noexcept { return bytes_; }

 private:
  std::string bytes_;
  std::shared_ptr<ByteCount> of_peer_, of_all_;
};

/// A reply and where it goes.
struct OutgoingReply {
  Envelope envelope;
  std::unique_ptr<ReplyBytes> reply;
};

/// Replies on their way out of one ROUTER socket: what a peer does not take yet waits here, in order, and is
/// never dropped silently; how much may wait is bounded for each peer and in all. Used by the socket's thread
/// alone.
class Outbox {
 public:
  /// Whether one more request of a peer may be served.
  enum class Room {
    free,
    busy,  ///< too many bytes in flight: a short refusal is all there is room for
    none   ///< not even that: the peer has left a thousand replies unread and keeps asking
  };

  /// How many replies may wait for one peer, beyond those that libzmq's own queue holds.
  static constexpr std::size_t most_waiting = 1024;

  Outbox(zmq::socket_ref router, const Limits& limits);

  [[nodiscard]] Room room_for(const Envelope& envelope) const;

  /// Counts a reply as in flight from now on.
  [[nodiscard]] OutgoingReply prepare(Envelope envelope, std::string reply);

  /// Hands a prepared reply to libzmq, or keeps it waiting. A reply to a peer that is gone is dropped: nobody
  /// is left to get it.
  void send(OutgoingReply reply);

  /// Tries again what waits. Returns whether anything could be sent.
  bool flush();

  [[nodiscard]] bool is_waiting() const noexcept { return waiting_ > 0; }

 private:
  struct Flow {
    std::shared_ptr<ByteCount> bytes = std::make_shared<ByteCount>(0);
    std::deque<OutgoingReply> waiting;
    [[nodiscard]] bool is_idle() const { return waiting.empty() && *bytes == 0; }
  };
  enum class Sent { yes, peer_is_full, peer_is_gone };

  Flow& flow_of(const Envelope& envelope);
  void forget_idle_flows();
  Sent try_send(OutgoingReply& reply);

  zmq::socket_ref router_;
  Limits limits_;
  std::shared_ptr<ByteCount> bytes_ = std::make_shared<ByteCount>(0);
  std::unordered_map<std::string, Flow> flows_;  ///< by routing id; only of peers with something in flight
  std::size_t forget_at_;  ///< how many flows there may be before idle ones are looked for
  std::size_t waiting_ = 0;
};

}  // namespace filer
