#include "tests/unit/daemon/transport/shard_fixture.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>

namespace filer {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds a_moment{50};

/// Replies that are held until a file changes.
class WaitingTest : public test::ShardFixture {
 protected:
  [[nodiscard]] static std::string etag_of(ZmqPeer& peer, const std::string& path) {
    return ReceivedReply(peer.ask(fmt::format(R"({{"op":"stat","path":"{}"}})", path))).status().etag;
  }

  /// In one step: a file that is written to is seen empty first.
  void replace(const std::string& name, const std::string& content) const {
    const std::string fresh = served.host.write("fresh", content);
    std::filesystem::rename(fresh, served.host / ("root/" + name));
  }

  /// A request for `op` that waits for `path` to change.
  [[nodiscard]] static std::string waiting(ZmqPeer& peer, const std::string& path, int wait_ms = 60000,
                                           const std::string& op = "stat") {
    return fmt::format(R"({{"op":"{}","path":"{}","if_none_match":"{}","wait_ms":{}}})", op, path,
                       etag_of(peer, path), wait_ms);
  }

  [[nodiscard]] std::uint64_t waiting_count() const {
    for (const NamedNumber& number : statistics.snapshot()) {
      if (number.name == "waiting") return number.value;
    }
    return 0;
  }

  void expect_waiting(std::uint64_t count) const {
    EXPECT_TRUE(eventually([&] { return waiting_count() == count; })) << waiting_count();
  }
};

TEST_F(WaitingTest, HoldsTheReplyUntilTheFileChanges) {
  start();
  ZmqPeer peer(address);
  peer.send({"", waiting(peer, "file.txt")});
  EXPECT_FALSE(peer.receive(a_moment));
  expect_waiting(1);
  replace("file.txt", "longer than before");
  const auto reply = peer.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(ReceivedReply(reply->at(1)).status().size, 18U);
  expect_waiting(0);
}

/// How long replies take to make would be of no use, were the time in it that clients wished to wait.
TEST_F(WaitingTest, DoesNotCountTheTimeThatAReplyWasHeldAsTimeToMakeIt) {
  constexpr int wait_ms = 1000;
  start();
  ZmqPeer peer(address);
  const ReceivedReply reply(peer.ask(waiting(peer, "file.txt", wait_ms)));
  EXPECT_TRUE(reply.is_not_modified());
  EXPECT_TRUE(eventually([&] { return recording->size() == 2; }));
  EXPECT_LT(std::stoll(test::field(recording->entries().back(), "FILER_DURATION_USEC")), wait_ms * 1000);
}

TEST_F(WaitingTest, GivesTheNewBytesWithTheReplyOfAGet) {
  start();
  ZmqPeer peer(address);
  const std::string etag = etag_of(peer, "file.txt");
  peer.send(
      {"", fmt::format(R"({{"op":"get","path":"file.txt","offset":5,"if_none_match":"{}","wait_ms":60000}})",
                       etag)});
  EXPECT_FALSE(peer.receive(a_moment));
  replace("file.txt", "hello and more");
  const auto reply = peer.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->at(2), " and more");
}

TEST_F(WaitingTest, HoldsTheReplyOfAListUntilAnEntryComes) {
  start();
  ZmqPeer peer(address);
  peer.send({"", waiting(peer, "dir", 60000, "list")});
  EXPECT_FALSE(peer.receive(a_moment));
  served.host.write("root/dir/new", "");
  const auto reply = peer.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(ReceivedReply(reply->at(1)).page().entries.size(), 2U);
}

TEST_F(WaitingTest, SaysNotModifiedWhenTheTimeIsUp) {
  start();
  ZmqPeer peer(address);
  const std::string request = waiting(peer, "file.txt", 100);
  const auto before = steady_clock::now();
  EXPECT_TRUE(ReceivedReply(peer.ask(request)).is_not_modified());
  EXPECT_GE(steady_clock::now() - before, milliseconds(100));
}

TEST_F(WaitingTest, HoldsNoReplyLongerThanTheLimit) {
  Limits limits;
  limits.wait_ms = 50;
  start(limits);
  ZmqPeer peer(address);
  EXPECT_TRUE(ReceivedReply(peer.ask(waiting(peer, "file.txt", 2000000000))).is_not_modified());
}

TEST_F(WaitingTest, AnswersAtOnceWhatHasChangedAlready) {
  start();
  ZmqPeer peer(address);
  const std::string request = waiting(peer, "file.txt");
  replace("file.txt", "longer than before");
  EXPECT_EQ(ReceivedReply(peer.ask(request)).status().size, 18U);
}

TEST_F(WaitingTest, SaysThatTheFileIsGone) {
  start();
  ZmqPeer peer(address);
  peer.send({"", waiting(peer, "file.txt")});
  EXPECT_FALSE(peer.receive(a_moment));
  std::filesystem::remove(served.host / "root/file.txt");
  const auto reply = peer.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(code_of(reply->at(1)), "not_found");
}

TEST_F(WaitingTest, ServesOthersAndTheSamePeerMeanwhile) {
  start();
  ZmqPeer peer(address), other(address);
  peer.send({"held", "", waiting(peer, "file.txt")});
  expect_waiting(1);
  EXPECT_EQ(code_of(peer.ask(ask_for_file)), "ok");
  EXPECT_EQ(code_of(other.ask(ask_for_file)), "ok");
  replace("file.txt", "longer than before");
  const auto reply = peer.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->front(), "held");
}

TEST_F(WaitingTest, TellsEveryPeerThatWaitsForAFile) {
  start();
  std::vector<std::unique_ptr<ZmqPeer>> peers;
  for (int count = 0; count < 50; ++count) {
    peers.push_back(std::make_unique<ZmqPeer>(address));
    peers.back()->send({"", waiting(*peers.back(), "file.txt")});
  }
  expect_waiting(50);
  replace("file.txt", "longer than before");
  for (const auto& peer : peers) {
    const auto reply = peer->receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(ReceivedReply(reply->at(1)).status().size, 18U);
  }
}

TEST_F(WaitingTest, RefusesMoreThanAPeerMayHave) {
  Limits limits;
  limits.waits_per_peer = 2;
  start(limits);
  ZmqPeer peer(address), other(address);
  const std::string request = waiting(peer, "file.txt");
  peer.send({"", request});
  peer.send({"", request});
  expect_waiting(2);
  EXPECT_EQ(code_of(peer.ask(request)), "busy");
  other.send({"", request});
  expect_waiting(3);
}

TEST_F(WaitingTest, RefusesMoreThanAllMayHave) {
  Limits limits;
  limits.waits = 1;
  start(limits);
  ZmqPeer peer(address), other(address);
  const std::string request = waiting(peer, "file.txt");
  peer.send({"", request});
  expect_waiting(1);
  EXPECT_EQ(code_of(other.ask(request)), "busy");
}

TEST_F(WaitingTest, ForgetsAPeerThatLeft) {
  Limits limits;
  limits.waits = 1;
  start(limits);
  ZmqPeer other(address);
  const std::string request = waiting(other, "file.txt");
  for (int round = 0; round < 20; ++round) {
    {
      ZmqPeer peer(address);
      peer.send({"", request});
      expect_waiting(1);
    }
    expect_waiting(0);
  }
  other.send({"", request});  // whose connection is another one than those that ended
  expect_waiting(1);
  replace("file.txt", "longer than before");
  EXPECT_TRUE(other.receive());
}

TEST_F(WaitingTest, AnswersWhatIsHeldWhenItEnds) {
  start();
  ZmqPeer peer(address);
  peer.send({"", waiting(peer, "file.txt")});
  expect_waiting(1);
  shard.reset();
  const auto reply = peer.receive();
  ASSERT_TRUE(reply);
  EXPECT_TRUE(ReceivedReply(reply->at(1)).is_not_modified());
}

/// As much as one reply may be, to many peers at once, who take none of it before all are made: each is more
/// than a kernel keeps of one connection (Linux: 4 MiB).
TEST_F(WaitingTest, BoundsTheBytesOfRepliesThatComeDueTogether) {
  constexpr std::uint64_t reply_bytes = 8 * mebibyte, room_in_replies = 4;
  Limits limits;
  limits.chunk_bytes = reply_bytes;
  limits.bytes_in_flight = room_in_replies * reply_bytes;
  start(limits);
  std::vector<std::unique_ptr<ZmqPeer>> peers;
  std::size_t earlier = 0;
  for (int count = 0; count < 20; ++count) {
    peers.push_back(make_stalling_peer());
    const std::string request = waiting(*peers.back(), "large.txt", 60000, "get");
    earlier = stop_reading(*peers.back());
    peers.back()->send({"", request});
  }
  expect_waiting(20);
  replace("large.txt", std::string(reply_bytes, 'y'));
  // Each asked for the etag, too.
  ASSERT_TRUE(eventually([&] { return recording->size() == peers.size() * (1 + earlier + 1); }));
  std::map<std::string, std::uint64_t> codes;
  for (const auto& peer : peers) {
    for (std::size_t count = 0; count < earlier; ++count) ASSERT_TRUE(peer->receive());
    const auto reply = peer->receive();
    ASSERT_TRUE(reply);
    ++codes[code_of(reply->at(1))];
  }
  EXPECT_GT(codes["ok"], 0U);
  EXPECT_LE(codes["ok"], room_in_replies);
  EXPECT_EQ(codes["ok"] + codes["busy"], 20U);
}

/// What a thread of the pool does.
class SlowTest : public test::ShardFixture {};

const std::string ask_for_digest = R"({"op":"digest","path":"file.txt"})";

TEST_F(SlowTest, AnswersADigest) {
  start();
  ZmqPeer peer(address);
  const Digests digests = ReceivedReply(peer.ask(ask_for_digest)).digests();
  EXPECT_EQ(digests.hexadecimal.front(), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
}

TEST_F(SlowTest, ServesOthersWhileItHashes) {
  start();
  const std::string huge = served.host.write("root/huge", "");
  std::filesystem::resize_file(huge, std::uintmax_t{1} << 40);  // takes minutes
  ZmqPeer peer(address), other(address);
  for (int count = 0; count < 5; ++count) peer.send({"", R"({"op":"digest","path":"huge"})"});
  EXPECT_EQ(code_of(other.ask(ask_for_file)), "ok");
  EXPECT_EQ(code_of(peer.ask(ask_for_file)), "ok");
}

TEST_F(SlowTest, EndsWhatItHashesWhenItEnds) {
  start();
  const std::string huge = served.host.write("root/huge", "");
  std::filesystem::resize_file(huge, std::uintmax_t{1} << 40);
  ZmqPeer peer(address);
  for (int count = 0; count < 5; ++count) peer.send({"", R"({"op":"digest","path":"huge"})"});
  EXPECT_EQ(code_of(peer.ask(ask_for_file)), "ok");
  shard.reset();
  for (int count = 0; count < 5; ++count) {
    const auto reply = peer.receive();
    ASSERT_TRUE(reply);
    EXPECT_EQ(code_of(reply->at(1)), "busy");
  }
}

TEST_F(SlowTest, RefusesMoreWorkThanMayWait) {
  start();
  const std::string huge = served.host.write("root/huge", "");
  std::filesystem::resize_file(huge, std::uintmax_t{1} << 40);
  ZmqPeer peer(address);
  const std::size_t too_many = BlockingPool::most_waiting_of_customer + 3;
  for (std::size_t count = 0; count < too_many; ++count) peer.send({"", R"({"op":"digest","path":"huge"})"});
  const auto reply = peer.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(code_of(reply->at(1)), "busy");
}

TEST_F(SlowTest, SendsTheDigestOfARange) {
  start();
  ZmqPeer peer(address);
  peer.send({"", R"({"op":"get","path":"file.txt","digest":true})"});
  const auto reply = peer.receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(ReceivedReply(reply->at(1)).chunk().digest,
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  EXPECT_EQ(reply->at(2), "hello");
}

}  // namespace
}  // namespace filer
