#include "daemon/transport/outbox.hpp"

#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/zmq_peer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace filer {
namespace {

using test::eventually;
using test::Frames;
using test::ZmqPeer;

constexpr std::uint64_t mebibyte = 1 << 20;

Limits make_limits(std::uint64_t peer_bytes, std::uint64_t bytes) {
  Limits limits;
  limits.peer_bytes_in_flight = peer_bytes;
  limits.bytes_in_flight = bytes;
  return limits;
}

/// A client that lets hardly anything into its own buffers before it reads.
std::unique_ptr<ZmqPeer> make_stalling_peer(const std::string& address) {
  auto peer = std::make_unique<ZmqPeer>();
  peer->socket().set(zmq::sockopt::rcvhwm, 1);
  peer->socket().set(zmq::sockopt::rcvbuf, 4096);
  peer->connect(address);
  return peer;
}

/// A ROUTER socket with an outbox, as a shard has them.
class OutboxTest : public testing::Test {
 protected:
  OutboxTest() {
    router.set(zmq::sockopt::linger, 0);
    router.set(zmq::sockopt::router_mandatory, 1);
    router.set(zmq::sockopt::sndhwm, 4);
    router.set(zmq::sockopt::sndbuf, 4096);
    router.bind("tcp://127.0.0.1:*");
    address = router.get(zmq::sockopt::last_endpoint);
  }

  /// The envelope of one request of a peer.
  [[nodiscard]] Envelope envelope_of(ZmqPeer& peer, const Frames& request = {"", "x"}) {
    peer.send(request);
    std::optional<Message> message;
    EXPECT_TRUE(eventually([&] { return (message = receive_message(router, key_mark)).has_value(); }));
    return std::move(message->envelope);
  }

  /// An envelope for one more reply to the same peer.
  [[nodiscard]] static Envelope copy_of(const Envelope& envelope) {
    Envelope copy{{}, envelope.connection};
    for (const zmq::message_t& frame : envelope.frames) copy.frames.emplace_back(frame.data(), frame.size());
    return copy;
  }

  void send(const Envelope& envelope, const std::string& reply) {
    outbox->send(outbox->prepare(copy_of(envelope), {reply, {}}));
  }

  /// One turn of what a shard does all the time; libzmq notices only while it receives that a peer is gone.
  void take_a_turn() {
    EXPECT_FALSE(receive_message(router, key_mark));
    outbox->flush();
  }

  [[nodiscard]] bool is_waiting() const { return outbox->time_to_flush().has_value(); }

  void make_outbox(const Limits& with) {
    limits = with;
    outbox = std::make_unique<Outbox>(router, limits, std::make_shared<ByteCount>(0));
  }

  zmq::context_t context;
  zmq::socket_t router{context, zmq::socket_type::router};
  KeyMark key_mark;
  std::string address;
  Limits limits;
  std::unique_ptr<Outbox> outbox = std::make_unique<Outbox>(router, limits, std::make_shared<ByteCount>(0));
};

TEST_F(OutboxTest, SendsAReplyBehindItsEnvelope) {
  ZmqPeer peer(address);
  send(envelope_of(peer, {"a", "b", "", "x"}), "the reply");
  EXPECT_EQ(peer.receive(), (Frames{"a", "b", "", "the reply"}));
  EXPECT_FALSE(is_waiting());
}

TEST_F(OutboxTest, SendsAnEmptyReply) {
  ZmqPeer peer(address);
  send(envelope_of(peer), "");
  EXPECT_EQ(peer.receive(), (Frames{"", ""}));
}

TEST_F(OutboxTest, TriesNothingAgainForAConnectionThatHasEnded) {
  const auto peer = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*peer);
  for (int number = 0; number < 20; ++number) send(envelope, std::string(mebibyte, 'x'));
  ASSERT_TRUE(is_waiting());
  outbox->forget(envelope.connection);
  EXPECT_FALSE(is_waiting());
  EXPECT_NO_THROW(outbox->flush());
}

TEST_F(OutboxTest, KeepsWhatAPeerDoesNotTakeYet) {
  const auto peer = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*peer);
  for (int number = 0; number < 20; ++number)
    send(envelope, std::to_string(number) + std::string(mebibyte, 'x'));
  EXPECT_TRUE(is_waiting());
}

TEST_F(OutboxTest, SendsInOrderWhatHadToWait) {
  const auto peer = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*peer);
  for (int number = 0; number < 20; ++number) {
    send(envelope, std::string(1, static_cast<char>('a' + number)) + std::string(mebibyte, 'x'));
  }
  for (int number = 0; number < 20; ++number) {
    std::optional<Frames> reply;
    ASSERT_TRUE(eventually([&] {
      outbox->flush();
      return (reply = peer->receive(std::chrono::milliseconds(1))).has_value();
    }));
    EXPECT_EQ(reply->back().front(), static_cast<char>('a' + number));
    EXPECT_EQ(reply->back().size(), mebibyte + 1);
  }
  EXPECT_FALSE(is_waiting());
}

TEST_F(OutboxTest, SendsNothingPastWhatWaits) {
  const auto peer = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*peer);
  for (int number = 0; number < 20; ++number) send(envelope, std::string(mebibyte, 'x'));
  ASSERT_TRUE(is_waiting());
  // The peer takes what is on its way, so that libzmq has room for more, and only then comes one more reply.
  int taken = 0;
  while (peer->receive(std::chrono::milliseconds(300))) ++taken;
  ASSERT_LT(taken, 20);
  send(envelope, "the last one");
  std::optional<Frames> reply;
  for (; taken < 21; ++taken) {
    EXPECT_FALSE(reply && reply->back() == "the last one");
    ASSERT_TRUE(eventually([&] {
      outbox->flush();
      return (reply = peer->receive(std::chrono::milliseconds(1))).has_value();
    }));
  }
  EXPECT_EQ(reply->back(), "the last one");
}

TEST_F(OutboxTest, TriesAPeerThatDoesNotReadLessAndLessOften) {
  using std::chrono::milliseconds;
  EXPECT_EQ(outbox->time_to_flush(), std::nullopt);
  const auto peer = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*peer);
  for (int number = 0; number < 20; ++number) send(envelope, std::string(mebibyte, 'x'));
  ASSERT_TRUE(is_waiting());
  EXPECT_LE(*outbox->time_to_flush(), milliseconds(1));
  EXPECT_TRUE(eventually([&] {
    outbox->flush();
    return *outbox->time_to_flush() > milliseconds(64);
  }));
  EXPECT_LE(*outbox->time_to_flush(), milliseconds(100));
}

TEST_F(OutboxTest, DoesNotTryAgainBeforeItIsTime) {
  const auto peer = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*peer);
  for (int number = 0; number < 20; ++number) send(envelope, std::string(mebibyte, 'x'));
  ASSERT_TRUE(eventually([&] {
    outbox->flush();
    return *outbox->time_to_flush() > std::chrono::milliseconds(64);
  }));
  // It would take another one now, but nobody asks.
  const auto before = *outbox->time_to_flush();
  outbox->flush();
  EXPECT_LE(*outbox->time_to_flush(), before);
}

TEST_F(OutboxTest, ServesOthersWhileOnePeerDoesNotRead) {
  const auto stalling = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*stalling);
  for (int number = 0; number < 20; ++number) send(envelope, std::string(mebibyte, 'x'));
  ZmqPeer other(address);
  send(envelope_of(other), "the reply");
  EXPECT_EQ(other.receive(), (Frames{"", "the reply"}));
}

TEST_F(OutboxTest, DropsTheReplyToAPeerThatIsGone) {
  Envelope envelope;
  {
    ZmqPeer peer(address);
    envelope = envelope_of(peer);
  }
  // Until libzmq has noticed, it takes replies for it.
  EXPECT_TRUE(eventually([&] {
    try {
      zmq::message_t id(envelope.frames.front().data(), envelope.frames.front().size());
      router.send(id, zmq::send_flags::sndmore);
      router.send(zmq::message_t(), zmq::send_flags::none);
      return false;
    } catch (const zmq::error_t& error) {
      return error.num() == EHOSTUNREACH;
    }
  }));
  send(envelope, "nobody gets this");
  EXPECT_FALSE(is_waiting());
  EXPECT_EQ(outbox->room_for(envelope), Outbox::Room::free);
}

TEST_F(OutboxTest, DropsWhatWaitsForAPeerThatGoes) {
  auto peer = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*peer);
  for (int number = 0; number < 20; ++number) send(envelope, std::string(mebibyte, 'x'));
  ASSERT_TRUE(is_waiting());
  peer.reset();
  EXPECT_TRUE(eventually([&] {
    take_a_turn();
    return !is_waiting();
  }));
}

TEST_F(OutboxTest, HasRoomForAPeerItNeverMet) {
  ZmqPeer peer(address);
  EXPECT_EQ(outbox->room_for(envelope_of(peer)), Outbox::Room::free);
}

TEST_F(OutboxTest, CountsAReplyFromWhenItIsPrepared) {
  make_outbox(make_limits(mebibyte, 100 * mebibyte));
  ZmqPeer peer(address);
  const Envelope envelope = envelope_of(peer);
  {
    const OutgoingReply first = outbox->prepare(copy_of(envelope), {std::string(mebibyte / 2, 'x'), {}});
    EXPECT_EQ(outbox->room_for(envelope), Outbox::Room::free);
    const OutgoingReply second = outbox->prepare(
        copy_of(envelope), {"header", std::make_shared<const Bytes>(std::string(mebibyte / 2, 'x'))});
    EXPECT_EQ(outbox->room_for(envelope), Outbox::Room::peer_busy);
    const OutgoingReply third = outbox->prepare(copy_of(envelope), {std::string(mebibyte, 'x'), {}});
    EXPECT_EQ(outbox->room_for(envelope), Outbox::Room::none);
  }
  EXPECT_EQ(outbox->room_for(envelope), Outbox::Room::free);
}

TEST_F(OutboxTest, CountsEnvelopesToo) {
  make_outbox(make_limits(mebibyte, 100 * mebibyte));
  ZmqPeer peer(address);
  const Envelope envelope = envelope_of(peer, {std::string(4000, 'e'), "", "x"});
  std::vector<OutgoingReply> replies;
  while (outbox->room_for(envelope) == Outbox::Room::free) {
    ASSERT_LT(replies.size(), mebibyte / 4000);
    replies.push_back(outbox->prepare(copy_of(envelope), {"x", {}}));
  }
}

TEST_F(OutboxTest, CountsSomethingForRepliesOfNothing) {
  make_outbox(make_limits(mebibyte, 100 * mebibyte));
  ZmqPeer peer(address);
  const Envelope envelope = envelope_of(peer);
  std::vector<OutgoingReply> replies;
  while (outbox->room_for(envelope) == Outbox::Room::free) {
    ASSERT_LT(replies.size(), mebibyte / 100);
    replies.push_back(outbox->prepare(copy_of(envelope), {"", {}}));
  }
}

TEST_F(OutboxTest, CountsPeersOneByOne) {
  make_outbox(make_limits(mebibyte, 100 * mebibyte));
  ZmqPeer peer(address), other(address);
  const Envelope envelope = envelope_of(peer);
  const OutgoingReply reply = outbox->prepare(copy_of(envelope), {std::string(mebibyte, 'x'), {}});
  EXPECT_EQ(outbox->room_for(envelope), Outbox::Room::peer_busy);
  EXPECT_EQ(outbox->room_for(envelope_of(other)), Outbox::Room::free);
}

TEST_F(OutboxTest, KeepsTheLastQuarterForThoseWhoRead) {
  make_outbox(make_limits(100 * mebibyte, 16 * mebibyte));
  ZmqPeer one(address), other(address);
  const Envelope of_one = envelope_of(one);
  const Envelope of_other = envelope_of(other);
  const auto prepare = [&](std::size_t size) {
    return outbox->prepare(copy_of(of_one), {std::string(size, 'x'), {}});
  };
  const OutgoingReply most = prepare(11 * mebibyte);
  EXPECT_EQ(outbox->room_for(of_other), Outbox::Room::free);
  EXPECT_EQ(outbox->room_for(of_one), Outbox::Room::free);
  const OutgoingReply three_quarters = prepare(mebibyte);
  EXPECT_EQ(outbox->room_for(of_other), Outbox::Room::small);
  EXPECT_EQ(outbox->room_for(of_one), Outbox::Room::all_busy);
  const OutgoingReply seven_eighths = prepare(2 * mebibyte);
  EXPECT_EQ(outbox->room_for(of_other), Outbox::Room::small);
  EXPECT_EQ(outbox->room_for(of_one), Outbox::Room::none);
  const OutgoingReply all = prepare(2 * mebibyte);
  EXPECT_EQ(outbox->room_for(of_other), Outbox::Room::all_busy);
  EXPECT_EQ(outbox->room_for(of_one), Outbox::Room::none);
}

TEST_F(OutboxTest, HasRoomAgainOnceAPeerHasRead) {
  make_outbox(make_limits(mebibyte, 100 * mebibyte));
  const auto peer = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*peer);
  for (int number = 0; number < 10; ++number) send(envelope, std::string(mebibyte, 'x'));
  EXPECT_NE(outbox->room_for(envelope), Outbox::Room::free);
  for (int number = 0; number < 10; ++number) {
    ASSERT_TRUE(eventually([&] {
      outbox->flush();
      return peer->receive(std::chrono::milliseconds(1)).has_value();
    }));
  }
  EXPECT_TRUE(eventually([&] { return outbox->room_for(envelope) == Outbox::Room::free; }));
}

TEST_F(OutboxTest, CountsNothingOnceAllPeersAreGone) {
  make_outbox(make_limits(mebibyte, mebibyte));
  auto peer = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*peer);
  for (int number = 0; number < 10; ++number) send(envelope, std::string(mebibyte, 'x'));
  ZmqPeer other(address);
  const Envelope of_other = envelope_of(other);
  EXPECT_NE(outbox->room_for(of_other), Outbox::Room::free);
  peer.reset();
  EXPECT_TRUE(eventually([&] {
    take_a_turn();
    return outbox->room_for(of_other) == Outbox::Room::free;
  }));
}

/// Every peer gets a name of its own from libzmq: those that came and went must not be remembered for ever.
TEST_F(OutboxTest, ServesMoreShortLivedPeersThanItRemembers) {
  for (int number = 0; number < 600; ++number) {
    ZmqPeer peer(address);
    send(envelope_of(peer), "the reply");
    ASSERT_EQ(peer.receive(), (Frames{"", "the reply"})) << number;
  }
}

TEST_F(OutboxTest, FindsThePeerThatTakesNothing) {
  const auto deaf = make_stalling_peer(address);
  const Envelope envelope = envelope_of(*deaf);
  for (int number = 0; number < 200; ++number) send(envelope, std::string(100000, 'x'));
  ZmqPeer reader(address);
  const Envelope of_reader = envelope_of(reader);
  EXPECT_TRUE(outbox->find_deaf(std::chrono::milliseconds(0)).empty()) << "it was never looked at before";
  // What the kernel's buffers and libzmq's queue have room for is taken first.
  EXPECT_TRUE(eventually([&] {
    send(of_reader, "the reply");
    EXPECT_EQ(reader.receive(), (Frames{"", "the reply"}));
    outbox->flush();
    return outbox->find_deaf(std::chrono::milliseconds(100)) == std::vector{envelope.connection};
  }));
}

TEST(ReplyInFlight, IsCountedForAsLongAsItExists) {
  const auto of_peer = std::make_shared<PeerFlight>();
  const auto of_all = std::make_shared<ByteCount>(0);
  {
    const ReplyInFlight first({"12345", {}}, 10, {of_peer, of_all});
    ReplyInFlight second({"123", std::make_shared<const Bytes>("4567")}, 20, {of_peer, of_all});
    EXPECT_EQ(of_peer->bytes, 42U);
    EXPECT_EQ(*of_all, 42U);
    EXPECT_EQ(second.reply().header, "123");
    EXPECT_EQ(*second.reply().data, "4567");
  }
  EXPECT_EQ(of_peer->bytes, 0U);
  EXPECT_EQ(of_peer->taken, 2U);
  EXPECT_EQ(*of_all, 0U);
}

}  // namespace
}  // namespace filer
