#include "daemon/transport/connections.hpp"

#include "daemon/transport/receive_frame.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace filer {
namespace {

/// zmq_socket_monitor(3): two bytes of event and four of value, in host order; then a frame with the address.
struct Event {
  std::uint16_t number = 0;
  std::uint32_t value = 0;
};

Event parse_event(const zmq::message_t& frame) {
  Event event;
  if (frame.size() < sizeof event.number + sizeof event.value) return event;
  std::memcpy(&event.number, frame.data(), sizeof event.number);
  std::memcpy(&event.value, frame.data<char>() + sizeof event.number, sizeof event.value);
  return event;
}

}  // namespace

Connections::Connections(zmq::context_t& context, zmq::socket_ref router)
    : router_(router), events_(context, zmq::socket_type::pair) {
  const std::string address = fmt::format("inproc://connections-of-{}", router.handle());
  if (::zmq_socket_monitor(router.handle(), address.c_str(), ZMQ_EVENT_DISCONNECTED) != 0) {
    throw zmq::error_t();
  }
  events_.set(zmq::sockopt::linger, 0);
  events_.set(zmq::sockopt::rcvhwm, 0);  // libzmq's I/O thread would wait for room
  events_.connect(address);
  // libzmq tells of the first event only after its queue has once been found empty.
  (void)take_ended();
}

Connections::~Connections() {
  // libzmq's I/O thread would wait for somebody to take its events.
  ::zmq_socket_monitor(router_.handle(), nullptr, 0);
}

std::vector<Connection> Connections::take_ended() {
  std::vector<Connection> ended;
  zmq::message_t frame;
  while (receive_frame(events_, frame, zmq::recv_flags::dontwait)) {
    const Event event = parse_event(frame);
    while (frame.more() && receive_frame(events_, frame, zmq::recv_flags::none)) {
    }
    if (event.number == ZMQ_EVENT_DISCONNECTED) ended.push_back(static_cast<Connection>(event.value));
  }
  return ended;
}

}  // namespace filer
