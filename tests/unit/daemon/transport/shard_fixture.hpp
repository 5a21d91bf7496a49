#pragma once

#include "daemon/transport/shard.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/daemon/in_force.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/recording_sink.hpp"
#include "tests/unit/support/zmq_peer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace filer {

using test::eventually;
using test::Frames;
using test::ZmqPeer;

inline constexpr std::uint64_t mebibyte = 1 << 20;
inline const std::string ask_for_file = R"({"path":"file.txt"})";
inline const std::string ask_for_large = R"({"path":"large.txt"})";

inline std::string code_of(const std::string& reply) {
  const ReceivedReply received(reply);
  return received.error() ? received.error()->code : "ok";
}

namespace test {

/// A shard that serves a directory on a port of its own, and what it logs.
class ShardFixture : public testing::Test {
 protected:
  ShardFixture() { served.host.write("root/large.txt", std::string(mebibyte, 'x')); }

  void start(const Limits& limits = {}) {
    listeners.emplace_back(BindConfig{"tcp://127.0.0.1:*", "here"});
    address = listeners.front().address();
    shard = std::make_unique<Shard>(shared(limits), 0);
  }

  [[nodiscard]] Shared shared(const Limits& limits = {}) {
    return {context, in_force(limits), listeners, files, access, pool, statistics, logger};
  }

  /// A client that lets hardly anything into its own buffers before it reads.
  [[nodiscard]] std::unique_ptr<ZmqPeer> make_stalling_peer() const {
    auto peer = std::make_unique<ZmqPeer>();
    peer->socket().set(zmq::sockopt::rcvhwm, 1);
    peer->socket().set(zmq::sockopt::sndhwm, 0);
    peer->socket().set(zmq::sockopt::rcvbuf, 4096);
    peer->connect(address);
    return peer;
  }

  /// Asks for more than a stalling peer has room for, which then lets in nothing more: of what the shard
  /// sends to it later, only what the kernel takes leaves the process. Gives how many replies await it.
  static std::size_t stop_reading(ZmqPeer& stalling) {
    constexpr std::size_t room = 3;  // one to be read, one that waits for that, and one to be sure
    for (std::size_t count = 0; count < room; ++count) stalling.send({"", ask_for_file});
    return room;
  }

  ServedRoot served;
  std::shared_ptr<Recording> recording = std::make_shared<Recording>();
  Logger logger{LogConfig{LogLevel::info, LogRequests::all, 0, 0}, Recording::make_sink(recording)};
  FileStore files = served.open();
  AccessTable access{
      std::make_shared<AccessRules>(AccessRules::Roots{{"default", {}}}, std::vector<AuthorizedKey>{})};
  Statistics statistics;
  BlockingPool pool{2, 2};
  std::vector<Listener> listeners;
  std::string address;
  zmq::context_t context;
  std::unique_ptr<Shard> shard;
};

}  // namespace test
}  // namespace filer
