#include "tests/unit/support/zmq_peer.hpp"

#include <gtest/gtest.h>

namespace filer::test {
namespace {

bool wait_readable(zmq::socket_t& socket, std::chrono::milliseconds time) {
  zmq::pollitem_t item{socket.handle(), 0, ZMQ_POLLIN, 0};
  return zmq::poll(&item, 1, time) > 0;
}

}  // namespace

ZmqPeer::ZmqPeer(zmq::socket_type type) : socket_(context_, type) {
  socket_.set(zmq::sockopt::linger, 0);
}

ZmqPeer::ZmqPeer(const std::string& address, zmq::socket_type type) : ZmqPeer(type) {
  connect(address);
}

void ZmqPeer::send(const Frames& frames) {
  for (std::size_t index = 0; index < frames.size(); ++index) {
    const bool more = index + 1 < frames.size();
    socket_.send(zmq::buffer(frames[index]), more ? zmq::send_flags::sndmore : zmq::send_flags::none);
  }
}

std::optional<Frames> ZmqPeer::receive(std::chrono::milliseconds time) {
  if (!wait_readable(socket_, time)) return std::nullopt;
  Frames frames;
  for (bool more = true; more;) {
    zmq::message_t frame;
    (void)socket_.recv(frame);
    more = frame.more();
    frames.push_back(frame.to_string());
  }
  return frames;
}

std::string ZmqPeer::ask(std::string_view request) {
  send({"", std::string(request)});
  const auto reply = receive();
  if (!reply || reply->size() != 2 || !reply->front().empty()) {
    ADD_FAILURE() << "no reply, or one without its delimiter";
    return {};
  }
  return reply->back();
}

void ZmqPeer::watch_connection() {
  constexpr const char* address = "inproc://events";
  ASSERT_EQ(::zmq_socket_monitor(socket_.handle(), address, ZMQ_EVENT_DISCONNECTED), 0);
  events_ = zmq::socket_t(context_, zmq::socket_type::pair);
  events_.set(zmq::sockopt::linger, 0);
  events_.connect(address);
}

bool ZmqPeer::is_disconnected(std::chrono::milliseconds time) {
  return wait_readable(events_, time);
}

}  // namespace filer::test
