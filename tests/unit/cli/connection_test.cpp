#include "cli/connection.hpp"

#include "cli/exit_status.hpp"
#include "tests/unit/cli/ports.hpp"
#include "tests/unit/cli/responder.hpp"
#include "tests/unit/support/eventually.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace filer {
namespace {

using namespace std::chrono_literals;
using Progress = Connection::Progress;
using test::Frames;
using test::Responder;
using test::SilentPort;

Responder::Answer always(const Frames& frames) {
  return [frames](const std::string&) { return frames; };
}

class ConnectionTest : public testing::Test {
 protected:
  static std::optional<Delivery> next(Connection& connection) {
    std::optional<Delivery> delivery;
    EXPECT_TRUE(test::eventually([&] {
      connection.wait(100ms);
      delivery = connection.receive();
      return delivery.has_value();
    }));
    return delivery;
  }

  static bool comes_to(Connection& connection, Progress progress) {
    return test::eventually([&] { return connection.progress() == progress; });
  }

  zmq::context_t context;
};

TEST_F(ConnectionTest, GivesTheFramesOfTheReplyAndWhatItAnswers) {
  const Responder responder(always({"", "header", "data", ""}));
  Connection connection(context, responder.endpoint());
  connection.send(7, "x");
  const auto delivery = next(connection);
  EXPECT_EQ(delivery->number, 7U);
  EXPECT_EQ(delivery->frames, (Frames{"header", "data", ""}));
}

TEST_F(ConnectionTest, SendsTheBytesAsTheyAre) {
  const Responder responder([](const std::string& request) { return Frames{"", request}; });
  Connection connection(context, responder.endpoint());
  for (const std::string& bytes : {std::string("\0\xff{}\n", 5), std::string()}) {
    connection.send(1, bytes);
    EXPECT_EQ(next(connection)->frames, Frames{bytes});
  }
}

TEST_F(ConnectionTest, TellsRepliesApartInWhateverOrderTheyCome) {
  zmq::socket_t router(context, zmq::socket_type::router);
  router.bind("tcp://127.0.0.1:*");
  Connection connection(context, router.get(zmq::sockopt::last_endpoint));
  std::vector<std::vector<zmq::message_t>> requests(3);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    connection.send(number, std::to_string(number));
    auto& frames = requests[number - 1];
    do {
      (void)router.recv(frames.emplace_back());
    } while (frames.back().more());
  }
  for (auto request = requests.rbegin(); request != requests.rend(); ++request) {
    for (auto& frame : *request) {
      const bool more = &frame != &request->back();
      router.send(frame, more ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
  }
  for (const std::uint64_t number : {3U, 2U, 1U}) {
    const auto delivery = next(connection);
    EXPECT_EQ(delivery->number, number);
    EXPECT_EQ(delivery->frames, Frames{std::to_string(number)});
  }
}

TEST_F(ConnectionTest, RefusesWhatIsNoReplyToARequestOfIts) {
  for (const Frames& frames : {Frames{"no", "delimiter"}, Frames{"", "", "header"}, Frames{"1"},
                               Frames{"1", ""}, Frames{"1x", "", "header"}, Frames{"-1", "", "header"},
                               Frames{"99999999999999999999", "", "header"}, Frames{""}}) {
    zmq::socket_t router(context, zmq::socket_type::router);
    router.bind("tcp://127.0.0.1:*");
    Connection connection(context, router.get(zmq::sockopt::last_endpoint));
    connection.send(1, "x");
    zmq::message_t id, rest;
    (void)router.recv(id);
    for (bool more = true; more; more = rest.more()) (void)router.recv(rest);
    router.send(id, zmq::send_flags::sndmore);
    for (std::size_t index = 0; index < frames.size(); ++index) {
      const bool more = index + 1 < frames.size();
      router.send(zmq::buffer(frames[index]), more ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
    try {
      (void)next(connection);
      ADD_FAILURE() << testing::PrintToString(frames);
    } catch (const CommandError& error) {
      EXPECT_EQ(error.status, ExitStatus::failed);
      EXPECT_EQ(std::string(error.what()), connection.endpoint() + " sent something that is no reply");
    }
  }
}

TEST_F(ConnectionTest, CutsWhatHasTooManyFrames) {
  Frames frames(1000, "x");
  frames.front() = "";
  const Responder responder(always(frames));
  Connection connection(context, responder.endpoint());
  connection.send(1, "x");
  EXPECT_LT(next(connection)->frames.size(), 20U);
}

TEST_F(ConnectionTest, RefusesWhatIsNoEndpoint) {
  for (const char* endpoint : {"tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:http", "udp://x", "x"}) {
    try {
      const Connection connection(context, endpoint);
      ADD_FAILURE() << endpoint;
    } catch (const CommandError& error) {
      EXPECT_EQ(error.status, ExitStatus::usage);
      EXPECT_TRUE(
          std::string(error.what()).starts_with("'" + std::string(endpoint) + "' is not an endpoint: "));
    }
  }
}

TEST_F(ConnectionTest, KnowsThatItWasGreeted) {
  const Responder responder(always({"", "header"}));
  Connection connection(context, responder.endpoint());
  EXPECT_TRUE(comes_to(connection, Progress::greeted));
}

TEST_F(ConnectionTest, KnowsThatItWasAcceptedAndNotGreeted) {
  const SilentPort port(SilentPort::Kind::accepts);
  Connection connection(context, port.endpoint());
  EXPECT_TRUE(comes_to(connection, Progress::connected));
}

/// A daemon that restarts at this moment is still met.
TEST_F(ConnectionTest, BelievesThatItIsRefusedAfterAQuarterOfASecond) {
  const SilentPort port(SilentPort::Kind::refuses);
  const auto start = std::chrono::steady_clock::now();
  Connection connection(context, port.endpoint());
  EXPECT_TRUE(comes_to(connection, Progress::refused));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 240ms);
}

TEST_F(ConnectionTest, KnowsThatItWasLost) {
  auto responder = std::make_unique<Responder>(always({"", "header"}));
  Connection connection(context, responder->endpoint());
  EXPECT_TRUE(comes_to(connection, Progress::greeted));
  responder.reset();
  EXPECT_TRUE(comes_to(connection, Progress::lost));
}

}  // namespace
}  // namespace filer
