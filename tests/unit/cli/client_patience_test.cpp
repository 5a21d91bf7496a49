#include "cli/client.hpp"
#include "tests/unit/cli/canned_replies.hpp"
#include "tests/unit/cli/responder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace filer {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::always;
using test::ask_for_content;
using test::content;
using test::Frames;
using test::is_hello;
using test::refusal;
using test::Responder;
using test::stamp;

TEST(Client, AsksABusyDaemonAgain) {
  std::atomic<int> requests = 0;
  const Responder responder(
      [&](const std::string&) { return ++requests <= 3 ? refusal(ErrorCode::busy) : content("x"); });
  Client client({responder.endpoint()}, 20s);
  EXPECT_EQ(ask_for_content(client), "x");
  EXPECT_EQ(requests, 4);
  EXPECT_EQ(client.busy_count(), 3U);
}

TEST(Client, GivesUpOnADaemonThatStaysBusy) {
  const Responder responder(always(refusal(ErrorCode::busy)));
  Client client({responder.endpoint()}, 300ms);
  const auto start = steady_clock::now();
  try {
    (void)ask_for_content(client);
    FAIL() << "answered";
  } catch (const DaemonError& error) {
    EXPECT_EQ(error.status, ExitStatus::failed);
    EXPECT_EQ(error.error.code, "busy");
  }
  EXPECT_LT(steady_clock::now() - start, 10s);
}

/// `due` milliseconds after it was asked, unlike a daemon that is silent it tells that it lives.
TEST(Client, IsPatientWithADaemonThatShowsThatItLives) {
  steady_clock::time_point asked;
  zmq::context_t context;
  zmq::socket_t router(context, zmq::socket_type::router);
  router.bind("tcp://127.0.0.1:*");
  const std::string endpoint = router.get(zmq::sockopt::last_endpoint);
  std::atomic<int> hellos = 0;
  std::thread daemon([&] {
    std::vector<Frames> held;
    const auto end = steady_clock::now() + 20s;
    for (bool done = false; !done && steady_clock::now() < end;) {
      Frames message;
      zmq::message_t frame;
      do {
        (void)router.recv(frame);
        message.push_back(frame.to_string());
      } while (frame.more());
      const auto reply = [&](Frames to, const std::string& header) {
        to.back() = header;
        for (std::size_t index = 0; index < to.size(); ++index) {
          router.send(zmq::buffer(to[index]),
                      index + 1 < to.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
        }
      };
      if (!is_hello(message.back())) {
        held.push_back(message);
        asked = steady_clock::now();
        continue;
      }
      ++hellos;
      reply(message, encode_hello_reply({}, stamp));
      if (steady_clock::now() - asked > 1s) {
        reply(held.front(), content("at last")[1]);
        done = true;
      }
    }
  });
  Client client({endpoint}, 300ms);
  EXPECT_EQ(client.ask(DigestRequest{{std::nullopt, "x"}, {}, {}, {}}).reply.content(), "at last");
  daemon.join();
  EXPECT_GT(hellos, 2);
}

TEST(Client, IsNotPatientWhereAReplyIsNotRightlySlow) {
  const Responder responder([](const std::string& request) {
    return is_hello(request) ? Frames{"", encode_hello_reply({}, stamp)} : Frames{};
  });
  Client client({responder.endpoint()}, 300ms);
  const auto start = steady_clock::now();
  EXPECT_THROW((void)ask_for_content(client), CommandError);
  EXPECT_LT(steady_clock::now() - start, 10s);
}

/// A daemon short of memory drops messages of those who have much under way.
TEST(Client, SendsAgainWhatWasDropped) {
  std::atomic<int> dropped = 0;
  const Responder responder([&](const std::string& request) {
    if (request.find("dropped") != std::string::npos && ++dropped == 1) return Frames{};
    return is_hello(request) ? Frames{"", encode_hello_reply({}, stamp)} : content(request);
  });
  Client client({responder.endpoint()}, 20s);
  (void)client.send(ClassicRequest{"dropped"});
  (void)client.send(ClassicRequest{"other"});
  EXPECT_EQ(client.receive().answer().reply.content(), R"({"path":"other"})");
  EXPECT_EQ(client.receive().answer().reply.content(), R"({"path":"dropped"})");
  EXPECT_EQ(dropped, 2);
}

TEST(Client, DoesNotWaitForAHeldReplyForEver) {
  const Responder responder([](const std::string& request) {
    return is_hello(request) ? Frames{"", encode_hello_reply({}, stamp)} : Frames{};
  });
  Client client({responder.endpoint()}, 200ms);
  const auto start = steady_clock::now();
  EXPECT_THROW((void)client.ask(StatRequest{{std::nullopt, "x"}, {"etag", 300}}), CommandError);
  EXPECT_GE(steady_clock::now() - start, 500ms);
}

/// What it takes the caller to do something else is not the daemon's silence.
TEST(Client, DoesNotBlameTheDaemonForItsOwnAbsence) {
  const Responder responder([](const std::string& request) {
    return is_hello(request) ? Frames{"", encode_hello_reply({}, stamp)} : Frames{};
  });
  Client client({responder.endpoint()}, 200ms);
  (void)client.send(DigestRequest{{std::nullopt, "x"}, {}, {}, {}});
  EXPECT_FALSE(client.receive_within(10ms));
  std::this_thread::sleep_for(300ms);
  EXPECT_NO_THROW(EXPECT_FALSE(client.receive_within(500ms)));
}

}  // namespace
}  // namespace filer
