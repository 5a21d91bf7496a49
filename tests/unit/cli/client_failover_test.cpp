#include "cli/client.hpp"
#include "tests/unit/cli/canned_replies.hpp"
#include "tests/unit/cli/ports.hpp"
#include "tests/unit/cli/responder.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace filer {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::always;
using test::ask_for_content;
using test::content;
using test::eventually;
using test::Frames;
using test::Responder;
using test::SilentPort;

struct Outcome {
  std::optional<CommandError> error;
  steady_clock::duration time{};
};

Outcome try_request(const std::vector<std::string>& endpoints, std::chrono::milliseconds silence,
                    std::string_view request = "x") {
  Client client(endpoints, silence);
  const auto start = steady_clock::now();
  Outcome outcome;
  try {
    (void)client.exchange(request);
  } catch (const CommandError& error) {
    outcome.error = error;
  }
  outcome.time = steady_clock::now() - start;
  return outcome;
}

TEST(Client, GoesToTheNextEndpointWhereTheFirstIsRefused) {
  const SilentPort port(SilentPort::Kind::refuses);
  const Responder responder(always(content("x")));
  Client client({port.endpoint(), responder.endpoint()}, 20s);
  std::vector<std::string> troubles;
  client.set_trouble_listener([&](const std::string& line) { troubles.push_back(line); });
  EXPECT_EQ(ask_for_content(client), "x");
  EXPECT_EQ(client.endpoint(), responder.endpoint());
  EXPECT_EQ(troubles, std::vector<std::string>{"cannot connect to " + port.endpoint() +
                                               ": nobody listens there; trying " + responder.endpoint()});
}

TEST(Client, GoesToTheNextEndpointWhereTheFirstIsSilent) {
  const SilentPort port(SilentPort::Kind::accepts);
  const Responder responder(always(content("x")));
  Client client({port.endpoint(), responder.endpoint()}, 300ms);
  EXPECT_EQ(ask_for_content(client), "x");
}

TEST(Client, SendsAgainToTheNextEndpointWhatWasUnderWay) {
  std::atomic<int> unanswered = 0;
  auto first = std::make_unique<Responder>([&](const std::string&) {
    ++unanswered;
    return Frames{};
  });
  const Responder second([](const std::string& request) { return content(request); });
  Client client({first->endpoint(), second.endpoint()}, 20s);
  for (const char* path : {"a", "b", "c"}) (void)client.send(ClassicRequest{path});
  ASSERT_TRUE(eventually([&] { return unanswered == 3; }));
  first.reset();
  for (const char* path : {"a", "b", "c"}) {
    EXPECT_EQ(client.receive().answer().reply.content(), R"({"path":")" + std::string(path) + "\"}");
    EXPECT_EQ(client.endpoint(), second.endpoint());
  }
}

TEST(Client, SaysOfEachEndpointWhyItDoesNotServe) {
  const SilentPort refusing(SilentPort::Kind::refuses);
  const SilentPort silent(SilentPort::Kind::accepts);
  const Outcome outcome = try_request({refusing.endpoint(), silent.endpoint()}, 2s);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
  EXPECT_EQ(std::string(outcome.error->what()),
            "cannot connect to " + refusing.endpoint() + ": nobody listens there; " + silent.endpoint() +
                " accepted the connection but did not speak ZeroMQ within 2 s");
}

TEST(Client, SurvivesADaemonThatRestarts) {
  const std::string name = test::TempDirectory().path();  // nobody else's
  const std::string endpoint = "ipc://@" + name;
  auto daemon = std::make_unique<Responder>(always(content("old")), endpoint);
  Client client({endpoint}, 20s);
  EXPECT_EQ(ask_for_content(client), "old");
  daemon.reset();
  std::thread restart([&] {
    std::this_thread::sleep_for(600ms);
    daemon = std::make_unique<Responder>(always(content("new")), endpoint);
  });
  EXPECT_EQ(ask_for_content(client), "new");
  restart.join();
}

TEST(Client, GivesUpOnADaemonThatDoesNotComeBack) {
  auto daemon = std::make_unique<Responder>(always(content("x")));
  Client client({daemon->endpoint()}, 600ms);
  (void)ask_for_content(client);
  daemon.reset();
  const auto start = steady_clock::now();
  try {
    (void)ask_for_content(client);
    FAIL() << "answered";
  } catch (const CommandError& error) {
    EXPECT_EQ(error.status, ExitStatus::unreachable);
  }
  EXPECT_GE(steady_clock::now() - start, 590ms);
  EXPECT_LT(steady_clock::now() - start, 10s);
}

TEST(Client, CanBeAskedAgainAfterItGaveUp) {
  std::atomic<bool> answers = false;
  const Responder responder([&](const std::string&) { return answers ? content("x") : Frames{}; });
  Client client({responder.endpoint()}, 300ms);
  EXPECT_THROW((void)ask_for_content(client), CommandError);
  EXPECT_EQ(client.pending(), 0U);
  answers = true;
  EXPECT_EQ(ask_for_content(client), "x");
}

TEST(Client, SaysWithinHalfASecondThatNobodyListens) {
  const SilentPort port(SilentPort::Kind::refuses);
  // The best of a few tries, for this host may be busy with something else.
  auto best = steady_clock::duration::max();
  for (int round = 0; round < 5 && best >= 500ms; ++round) {
    const Outcome outcome = try_request({port.endpoint()}, 60s);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
    EXPECT_EQ(std::string(outcome.error->what()),
              "cannot connect to " + port.endpoint() + ": nobody listens there");
    EXPECT_FALSE(outcome.error->hint.empty());
    best = std::min(best, outcome.time);
  }
  EXPECT_LT(best, 500ms);
}

TEST(Client, SaysWithinHalfASecondThatNobodyListensOnAnIpcSocket) {
  const test::TempDirectory directory;
  auto best = steady_clock::duration::max();
  for (int round = 0; round < 5 && best >= 500ms; ++round) {
    const Outcome outcome = try_request({"ipc://" + directory / "missing.sock"}, 60s);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
    best = std::min(best, outcome.time);
  }
  EXPECT_LT(best, 500ms);
}

TEST(Client, GivesUpOnAPortThatAcceptsAndSaysNothing) {
  const SilentPort port(SilentPort::Kind::accepts);
  const Outcome outcome = try_request({port.endpoint()}, 300ms);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
  EXPECT_EQ(std::string(outcome.error->what()),
            port.endpoint() + " accepted the connection but did not speak ZeroMQ within 0.3 s");
  EXPECT_GE(outcome.time, 300ms);
  EXPECT_LT(outcome.time, 10s);
}

TEST(Client, GivesUpOnADaemonThatDoesNotAnswer) {
  const Responder responder(always({}));
  const Outcome outcome = try_request({responder.endpoint()}, 300ms);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
  EXPECT_EQ(std::string(outcome.error->what()), responder.endpoint() + " did not answer within 0.3 s");
  EXPECT_GE(outcome.time, 300ms);
  EXPECT_LT(outcome.time, 10s);
}

TEST(Client, SaysThatItWasClosedWithoutAnAnswer) {
  zmq::context_t context;
  zmq::socket_t router(context, zmq::socket_type::router);
  router.set(zmq::sockopt::linger, 0);
  router.set(zmq::sockopt::maxmsgsize, std::int64_t{1000});
  router.bind("tcp://127.0.0.1:*");
  const std::string endpoint = router.get(zmq::sockopt::last_endpoint);
  const Outcome outcome = try_request({endpoint}, 60s, std::string(1001, 'x'));
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
  EXPECT_EQ(std::string(outcome.error->what()), endpoint + " closed the connection without an answer");
  EXPECT_LT(outcome.time, 30s);
}

}  // namespace
}  // namespace filer
