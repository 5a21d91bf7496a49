#include "daemon/transport/connections.hpp"

#include "tests/unit/support/zmq_peer.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <memory>
#include <string>

namespace filer {
namespace {

using test::ZmqPeer;

bool becomes_readable(FileDescriptor event) {
  constexpr int patience_ms = 10000;
  pollfd item{event.get(), POLLIN, 0};
  return ::poll(&item, 1, patience_ms) == 1;
}

class ConnectionsTest : public testing::Test {
 protected:
  ConnectionsTest() { router.bind("tcp://127.0.0.1:*"); }

  /// A peer whose message has arrived.
  [[nodiscard]] std::unique_ptr<ZmqPeer> connect() {
    auto peer = std::make_unique<ZmqPeer>(router.get(zmq::sockopt::last_endpoint));
    peer->send({"x"});
    zmq::message_t frame;
    for (frame.rebuild(); frame.to_string_view() != "x";) EXPECT_TRUE(router.recv(frame));
    return peer;
  }

  zmq::context_t context;
  zmq::socket_t router{context, zmq::socket_type::router};
  Connections connections{context, router};
};

/// Whoever waits for the descriptor hears of each of them, of the first one too.
TEST_F(ConnectionsTest, TellThatOneHasEnded) {
  for (int number = 0; number < 5; ++number) {
    connect().reset();
    ASSERT_TRUE(becomes_readable(connections.event())) << number;
    EXPECT_EQ(connections.take_ended().size(), 1U);
    EXPECT_TRUE(connections.take_ended().empty());
  }
}

TEST_F(ConnectionsTest, TellNothingOfThoseThatStay) {
  const auto first = connect();
  const auto second = connect();
  EXPECT_TRUE(connections.take_ended().empty());
}

}  // namespace
}  // namespace filer
