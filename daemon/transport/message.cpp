#include "daemon/transport/message.hpp"

#include "daemon/access/users.hpp"
#include "daemon/transport/receive_frame.hpp"

#include <string_view>

namespace filer {
namespace {

/// Of peers that speak ZMTP 2, libzmq tells nothing.
constexpr std::string_view unknown_address = "unknown";

/// libzmq says on most frames of a message where it came from, and the User-Id of the connection.
Peer peer_of(zmq::message_t& frame, const KeyMark& key_mark) {
  const char* address = ::zmq_msg_gets(frame.handle(), "Peer-Address");
  if (address == nullptr) return {std::string(unknown_address), "", ""};
  Peer peer = peer_at(address);
  if (const char* user_id = ::zmq_msg_gets(frame.handle(), "User-Id")) peer.key = key_mark.key_in(user_id);
  return peer;
}

/// Envelopes may wait here for long. libzmq keeps longer frames as references into its receive buffers of 8
/// KiB, which one small frame would hold on to; what is short it keeps in the message itself.
zmq::message_t detached(zmq::message_t frame) {
  constexpr std::size_t kept_inside = 33;
  if (frame.size() <= kept_inside) return frame;
  return {frame.data(), frame.size()};
}

}  // namespace

Peer peer_at(std::string_view address) {
  constexpr std::string_view ipc_prefix = "localhost:";
  if (!address.starts_with(ipc_prefix)) return {std::string(address), "", ""};
  address.remove_prefix(ipc_prefix.size());
  const std::string_view user = address.substr(0, address.find(':'));
  return {"ipc:" + std::string(address.substr(address.rfind(':') + 1)),
          std::string(user == unknown_uid ? "" : user), ""};
}

std::optional<Message> receive_message(zmq::socket_ref router, const KeyMark& key_mark) {
  constexpr std::size_t usual_envelope_frames = 4;
  Message message;
  message.envelope.frames.reserve(usual_envelope_frames);
  bool delimited = false;
  bool within_bounds = true;
  std::size_t envelope_bytes = 0;
  std::size_t request_frames = 0;
  for (bool more = true; more;) {
    zmq::message_t frame;
    if (!receive_frame(router, frame, zmq::recv_flags::dontwait)) return std::nullopt;
    more = frame.more();
    if (message.envelope.connection < 0) {
      message.peer = peer_of(frame, key_mark);
      message.envelope.connection = ::zmq_msg_get(frame.handle(), ZMQ_SRCFD);
    }
    if (delimited) {
      if (++request_frames == 1) message.request = std::move(frame);
      continue;
    }
    delimited = frame.empty() && !message.envelope.frames.empty();
    envelope_bytes += frame.size();
    within_bounds = within_bounds && envelope_bytes <= most_envelope_bytes &&
                    message.envelope.frames.size() < most_envelope_frames;
    if (within_bounds) message.envelope.frames.push_back(detached(std::move(frame)));
  }
  if (!delimited || !within_bounds) {
    message.form = Message::Form::no_envelope;
  } else if (request_frames != 1) {
    message.form = Message::Form::several_frames;
  }
  return message;
}

}  // namespace filer
