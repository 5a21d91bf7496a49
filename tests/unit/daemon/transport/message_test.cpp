#include "daemon/transport/message.hpp"

#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/temp_directory.hpp"
#include "tests/unit/support/zmq_peer.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <string>

namespace filer {
namespace {

using test::Frames;
using test::ZmqPeer;

/// A ROUTER socket, and a client that is connected to it.
class MessageTest : public testing::Test {
 protected:
  explicit MessageTest(const std::string& address = "tcp://127.0.0.1:*") {
    router.set(zmq::sockopt::linger, 0);
    router.bind(address);
    client.connect(router.get(zmq::sockopt::last_endpoint));
  }

  [[nodiscard]] Message receive() {
    std::optional<Message> message;
    EXPECT_TRUE(test::eventually([&] { return (message = receive_message(router, key_mark)).has_value(); }));
    return std::move(message).value_or(Message());
  }

  zmq::context_t context;
  zmq::socket_t router{context, zmq::socket_type::router};
  KeyMark key_mark;
  ZmqPeer client;
};

/// The envelope's frames behind the routing id.
Frames envelope_of(const Message& message) {
  Frames frames;
  for (std::size_t index = 1; index < message.envelope.frames.size(); ++index) {
    frames.push_back(message.envelope.frames[index].to_string());
  }
  return frames;
}

TEST_F(MessageTest, IsNothingWhereNothingCame) {
  EXPECT_FALSE(receive_message(router, key_mark));
}

TEST_F(MessageTest, HasADelimiterAndARequest) {
  client.send({"", "the request"});
  const Message message = receive();
  EXPECT_EQ(message.form, Message::Form::request);
  EXPECT_EQ(envelope_of(message), Frames{""});
  EXPECT_EQ(message.request.to_string_view(), "the request");
}

TEST_F(MessageTest, KeepsTheFramesBeforeTheDelimiter) {
  client.send({"hop", std::string("\0\xff", 2), "", "the request"});
  const Message message = receive();
  EXPECT_EQ(message.form, Message::Form::request);
  EXPECT_EQ(envelope_of(message), (Frames{"hop", std::string("\0\xff", 2), ""}));
  EXPECT_EQ(message.request.to_string_view(), "the request");
}

TEST_F(MessageTest, BeginsWithTheRoutingIdOfItsPeer) {
  ZmqPeer named;
  named.socket().set(zmq::sockopt::routing_id, "the peer");
  named.connect(router.get(zmq::sockopt::last_endpoint));
  named.send({"", "x"});
  EXPECT_EQ(receive().envelope.frames.front().to_string(), "the peer");
}

TEST_F(MessageTest, MayHaveAnEmptyRequest) {
  client.send({"", ""});
  const Message message = receive();
  EXPECT_EQ(message.form, Message::Form::request);
  EXPECT_EQ(message.request.size(), 0U);
}

TEST_F(MessageTest, HasNoEnvelopeWithoutADelimiter) {
  client.send({"only one frame"});
  EXPECT_EQ(receive().form, Message::Form::no_envelope);
  client.send({"one", "two", "three"});
  EXPECT_EQ(receive().form, Message::Form::no_envelope);
}

TEST_F(MessageTest, HasSeveralFramesWhereThereIsMoreThanOneRequest) {
  client.send({"", "one", "two"});
  const Message message = receive();
  EXPECT_EQ(message.form, Message::Form::several_frames);
  EXPECT_EQ(envelope_of(message), Frames{""});
}

TEST_F(MessageTest, HasSeveralFramesWhereThereIsNoRequestAtAll) {
  client.send({""});
  EXPECT_EQ(receive().form, Message::Form::several_frames);
}

TEST_F(MessageTest, TakesOnlyTheFirstEmptyFrameForTheDelimiter) {
  client.send({"", "", "x"});
  const Message message = receive();
  EXPECT_EQ(message.form, Message::Form::several_frames);
  EXPECT_EQ(envelope_of(message), Frames{""});
}

TEST_F(MessageTest, MayHaveAnEnvelopeOfSixteenFrames) {
  Frames frames(most_envelope_frames - 2, "hop");  // beside the routing id and the delimiter
  frames.insert(frames.end(), {"", "the request"});
  client.send(frames);
  EXPECT_EQ(receive().form, Message::Form::request);
  frames.insert(frames.begin(), "one hop more");
  client.send(frames);
  EXPECT_EQ(receive().form, Message::Form::no_envelope);
}

TEST_F(MessageTest, MayHaveAnEnvelopeOfFourKibibytes) {
  const std::size_t routing_id = 5;  // libzmq's own take five bytes
  client.send({std::string(most_envelope_bytes - routing_id, 'x'), "", "the request"});
  EXPECT_EQ(receive().form, Message::Form::request);
  client.send({std::string(most_envelope_bytes - routing_id + 1, 'x'), "", "the request"});
  EXPECT_EQ(receive().form, Message::Form::no_envelope);
}

TEST_F(MessageTest, KeepsNothingOfAnEnvelopeBeyondItsBounds) {
  client.send({std::string(60000, 'x'), std::string(60000, 'y'), "", "the request"});
  const Message message = receive();
  EXPECT_EQ(message.form, Message::Form::no_envelope);
  EXPECT_EQ(message.envelope.frames.size(), 1U);
}

TEST_F(MessageTest, IsReadToItsEndSoThatTheNextOneIsWhole) {
  for (const Frames& hostile : {Frames(5000, "x"), Frames{"no delimiter"}, Frames{"", "a", "", "b", ""}}) {
    client.send(hostile);
    client.send({"", "honest"});
    EXPECT_NE(receive().form, Message::Form::request);
    const Message honest = receive();
    EXPECT_EQ(honest.form, Message::Form::request);
    EXPECT_EQ(honest.request.to_string_view(), "honest");
  }
}

TEST_F(MessageTest, TellsTheAddressOfATcpPeer) {
  client.send({"", "x"});
  const Message message = receive();
  EXPECT_EQ(message.peer.address, "127.0.0.1");
  EXPECT_EQ(message.peer.user, "");
}

TEST_F(MessageTest, TellsTheAddressOfAPeerThatCannotBeAnsweredToo) {
  client.send({"no delimiter"});
  EXPECT_EQ(receive().peer.address, "127.0.0.1");
}

/// The socket of a daemon that only this host's processes reach.
class IpcMessageTest : public MessageTest {
 protected:
  IpcMessageTest() : MessageTest("ipc://@zmq-filer-message-test-" + std::to_string(::getpid())) {}
};

TEST_F(IpcMessageTest, TellsTheProcessAndUserOfAPeer) {
  client.send({"", "x"});
  const Message message = receive();
  EXPECT_EQ(message.peer.address, "ipc:" + std::to_string(::getpid()));
  // 65534 is what the kernel says of users that it has no name for.
  EXPECT_EQ(message.peer.user, ::getuid() == 65534 ? "" : std::to_string(::getuid()));
}

}  // namespace
}  // namespace filer
