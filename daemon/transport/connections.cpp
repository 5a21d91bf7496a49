#include "daemon/transport/connections.hpp"

#include "daemon/transport/receive_frame.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>

namespace filer {
namespace {

/// zmq_socket_monitor(3): two bytes of event and four of value (a descriptor, or an errno), in host order;
/// then a frame with the address.
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

/// Other failures of accept(2) are no want: another shard was faster, or the peer has thought better of it.
bool is_want(std::uint32_t error_number) {
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOMEM ||
         error_number == ENOBUFS;
}

constexpr int wanted_events = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_DISCONNECTED;

}  // namespace

Connections::Connections(zmq::context_t& context, zmq::socket_ref router, Statistics& statistics,
                         const Limits& limits)
    : router_(router), statistics_(statistics), limits_(limits), events_(context, zmq::socket_type::pair) {
  const std::string address = fmt::format("inproc://connections-of-{}", router.handle());
  if (::zmq_socket_monitor(router.handle(), address.c_str(), wanted_events) != 0) throw zmq::error_t();
  events_.set(zmq::sockopt::linger, 0);
  events_.set(zmq::sockopt::rcvhwm, 0);  // libzmq's I/O thread would wait for room
  events_.connect(address);
  // libzmq tells of the first event only after its queue has once been found empty.
  (void)take_changes();
}

Connections::~Connections() {
  // libzmq's I/O thread would wait for somebody to take its events.
  ::zmq_socket_monitor(router_.handle(), nullptr, 0);
  statistics_.count_connections(-static_cast<std::int64_t>(open_.size()));
}

Connections::Changes Connections::take_changes() {
  Changes changes;
  zmq::message_t frame;
  while (receive_frame(events_, frame, zmq::recv_flags::dontwait)) {
    const Event event = parse_event(frame);
    while (frame.more() && receive_frame(events_, frame, zmq::recv_flags::none)) {
    }
    const auto connection = static_cast<Connection>(event.value);
    if (event.number == ZMQ_EVENT_ACCEPTED) begin(connection);
    if (event.number == ZMQ_EVENT_ACCEPT_FAILED && is_want(event.value)) changes.accepting_failed = true;
    if (event.number != ZMQ_EVENT_DISCONNECTED) continue;
    end(connection);
    changes.ended.push_back(connection);
  }
  return changes;
}

std::uint64_t Connections::serial_of(Connection connection) const {
  const auto found = open_.find(connection);
  return found == open_.end() ? 0 : found->second;
}

void Connections::begin(Connection connection) {
  if (open_.emplace(connection, ++begun_).second) statistics_.count_connections(1);
  if (statistics_.connections() <= limits_.peers) return;
  statistics_.count_connection_turned_away();
  cut(connection);
}

/// One that was accepted before this began to look has an end all the same.
void Connections::end(Connection connection) {
  if (open_.erase(connection) > 0) statistics_.count_connections(-1);
  if (sacrificed_ == connection) sacrificed_.reset();
}

void Connections::cut(Connection connection) {
  if (open_.contains(connection)) ::shutdown(connection, SHUT_RDWR);
}

void Connections::cut_newest() {
  if (sacrificed_ || open_.empty()) return;
  sacrificed_ = std::max_element(open_.begin(), open_.end(), [](const auto& one, const auto& other) {
                  return one.second < other.second;
                })->first;
  statistics_.count_connection_turned_away();
  cut(*sacrificed_);
}

bool is_ipc(Connection connection) noexcept {
  int domain = 0;
  socklen_t size = sizeof domain;
  return ::getsockopt(connection, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

}  // namespace filer
