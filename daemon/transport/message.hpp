#pragma once

#include "daemon/access/key_mark.hpp"
#include "daemon/handler/peer.hpp"
#include "daemon/transport/connections.hpp"

#include <zmq.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace filer {

/// Where a reply goes.
struct Envelope {
  /// What goes back in front of the reply, unchanged: the routing id of the peer that sent the request,
  /// whatever other frames came before the first empty one, and that one, the delimiter.
  std::vector<zmq::message_t> frames;
  Connection connection = -1;  ///< that the request came over; -1: libzmq does not tell (ZMTP 2)
  std::uint64_t serial = 0;    ///< of that connection
};

/// One message as it came: envelope and request.
struct Message {
  enum class Form {
    request,         ///< an envelope and one frame after it
    several_frames,  ///< an envelope, and not one frame after it: to be refused
    no_envelope      ///< no delimiter, or an envelope beyond the bounds: cannot be answered
  };

  Form form = Form::request;
  Envelope envelope;
  zmq::message_t request;  ///< the frame after the delimiter
  Peer peer;
};

/// Envelopes of brokers and proxies take a few frames of a few bytes each; what is past these bounds is
/// dropped.
inline constexpr std::size_t most_envelope_frames = 16;
inline constexpr std::size_t most_envelope_bytes = 4096;

/// Who is at an address as libzmq tells it: a TCP peer's numeric IP address, or localhost:uid:gid:pid of an
/// ipc peer. Without a key.
[[nodiscard]] Peer peer_at(std::string_view address);

/// Takes one message from a ROUTER socket, to its last frame whatever the frames are; nullopt when there is
/// none. Its peer has the key that the ZAP handler marked. Throws zmq::error_t.
[[nodiscard]] std::optional<Message> receive_message(zmq::socket_ref router, const KeyMark& key_mark);

}  // namespace filer
