#pragma once

#include "daemon/config/config.hpp"
#include "daemon/transport/message.hpp"
#include "protocol/reply.hpp"

#include <zmq.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace filer {

/// What replies that have not left this process cost, in bytes; libzmq's I/O thread subtracts what it has
/// sent.
using ByteCount = std::atomic<std::size_t>;

/// What is in flight to one peer.
struct PeerFlight {
  ByteCount bytes = 0;
  std::atomic<std::uint64_t> taken = 0;  ///< replies that libzmq needed no longer, so far
};

/// What is in flight to one peer, and in all.
struct BytesInFlight {
  std::shared_ptr<PeerFlight> of_peer;
  std::shared_ptr<ByteCount> of_all;
};

/// A reply that is counted as in flight for as long as it exists, whoever holds it. Another thread may have
/// it from let_go() on, once it called take_over(): libzmq, which carries it there, promises nothing about
/// the order of memory.
class ReplyInFlight {
 public:
  /// `overhead`: what it costs beside its own bytes.
  ReplyInFlight(Reply reply, std::size_t overhead, BytesInFlight bytes);
  ~ReplyInFlight();
  ReplyInFlight(const ReplyInFlight&) = delete;
  ReplyInFlight& operator=(const ReplyInFlight&) = delete;

  [[nodiscard]] Reply& reply() noexcept { return reply_; }

  void let_go() noexcept { is_let_go_.store(true, std::memory_order_release); }
  void take_over() const noexcept { (void)is_let_go_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> is_let_go_{false};
  Reply reply_;
  std::size_t cost_;
  BytesInFlight bytes_;
};

/// A reply and where it goes.
struct OutgoingReply {
  Envelope envelope;
  std::unique_ptr<ReplyInFlight> reply;
};

/// Replies on their way out of one ROUTER socket: what a peer does not take yet waits here, in order. What
/// may be in flight is bounded for each peer and in all, envelopes and bookkeeping counted. Used by the
/// socket's thread alone.
class Outbox {
 public:
  /// What there is room for, should one more request of a peer be taken. Of the room in all, the last quarter
  /// is for those who read, with less than most_small_bytes in flight: they get short replies. Others get
  /// refusals, but nothing once only an eighth is left. A peer that has its share in flight gets refusals,
  /// until it has twice as much.
  enum class Room {
    free,
    small,      ///< much is in flight to all peers together, and little to this one: a reply of at most
                ///< most_small_bytes
    peer_busy,  ///< much is in flight to this peer: a refusal
    all_busy,   ///< too much to all of them together: a refusal
    none        ///< not even a refusal: the peer keeps asking and does not read (never one with less than
                ///< most_small_bytes)
  };

  static constexpr std::size_t most_small_bytes = 64 << 10;

  /// `limits` may change between calls. `bytes_in_flight`: of all peers, of this socket and others.
  Outbox(zmq::socket_ref router, const Limits& limits, std::shared_ptr<ByteCount> bytes_in_flight);

  [[nodiscard]] Room room_for(const Envelope& envelope) const;

  /// Counts a reply as in flight from now on.
  [[nodiscard]] OutgoingReply prepare(Envelope envelope, Reply reply);

  /// Hands a prepared reply to libzmq, or keeps it waiting. A reply to a peer that is gone is dropped: nobody
  /// is left to get it.
  void send(OutgoingReply reply);

  /// Drops what waits for an ended connection: another peer may take its routing id.
  void forget(Connection connection);

  /// Tries again what has waited long enough. A peer is tried again after 1 ms, then less and less often, up
  /// to every 100 ms.
  void flush();

  /// How long until flush() has something to do; nullopt: nothing waits.
  [[nodiscard]] std::optional<std::chrono::milliseconds> time_to_flush() const;

  /// The connections of peers that had replies in flight at each call for so long, and took none of them.
  [[nodiscard]] std::vector<Connection> find_deaf(std::chrono::milliseconds patience);

  /// Whether anything is in flight.
  [[nodiscard]] bool is_empty() const { return flows_.empty(); }

 private:
  using Clock = std::chrono::steady_clock;

  struct Flow {
    std::shared_ptr<PeerFlight> in_flight = std::make_shared<PeerFlight>();
    Connection connection = -1;  ///< that the last reply belongs to
    std::deque<OutgoingReply> waiting;
    std::chrono::milliseconds retry_delay{0};
    std::uint64_t taken = 0;        ///< when it was looked at last
    Clock::time_point taken_since;  ///< when it was seen to have become that, with something in flight
    [[nodiscard]] bool is_idle() const { return waiting.empty() && in_flight->bytes == 0; }
  };
  enum class Sent { yes, peer_is_full, peer_is_gone };

  Flow& flow_of(const Envelope& envelope);
  void forget_idle_flows();
  void retry(const std::string& id);
  Sent try_send(OutgoingReply& reply);
  void send_frames(std::unique_ptr<ReplyInFlight> reply);

  zmq::socket_ref router_;
  const Limits& limits_;
  std::shared_ptr<ByteCount> bytes_;
  std::unordered_map<std::string, Flow> flows_;  ///< by routing id; only of peers with something in flight
  std::size_t forget_at_;  ///< how many flows there may be before idle ones are looked for
  std::multimap<Clock::time_point, std::string>
      retries_;  ///< when to try again which flow: one for each that waits
};

}  // namespace filer
