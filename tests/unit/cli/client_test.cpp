#include "cli/client.hpp"

#include "protocol/reply.hpp"
#include "tests/unit/cli/ports.hpp"
#include "tests/unit/cli/responder.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace filer {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::Frames;
using test::Responder;
using test::SilentPort;

constexpr ReplyStamp stamp{1, 42};

Frames content(const std::string& text) {
  return {"", encode_classic_reply(text, stamp)};
}

Frames refusal(ErrorCode code) {
  return {"", encode_error_reply(code, "no", std::nullopt, stamp)};
}

Responder::Answer always(const Frames& frames) {
  return [frames](const std::string&) { return frames; };
}

bool is_hello(const std::string& request) {
  return request == R"({"op":"hello"})";
}

std::string ask_for_content(Client& client) {
  return client.ask(ClassicRequest{"x"}).reply.content().value_or("none");
}

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

TEST(Client, GivesTheAnswer) {
  const Responder responder(always({"", R"({"timestamp":1,"pid":42})", "data"}));
  Client client({responder.endpoint()}, 20s);
  const Answer answer = client.ask(GetRequest{{std::nullopt, "x"}, {}, {}, {}, {}, {}, {}});
  EXPECT_EQ(answer.reply.stamp().pid, 42);
  EXPECT_EQ(answer.data, "data");
}

TEST(Client, TakesOneRequestAfterAnother) {
  const Responder responder([](const std::string& request) { return Frames{"", request}; });
  Client client({responder.endpoint()}, 20s);
  for (int number = 0; number < 100; ++number) {
    EXPECT_EQ(client.exchange(std::to_string(number)), Frames{std::to_string(number)});
  }
}

TEST(Client, ExchangesBytesAndFramesAsTheyAre) {
  const Responder responder([](const std::string& request) { return Frames{"", request, "", "\xff"}; });
  Client client({responder.endpoint()}, 20s);
  const std::string bytes("\0\xff{}\n", 5);
  EXPECT_EQ(client.exchange(bytes), (Frames{bytes, "", "\xff"}));
}

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

TEST(Client, TakesAnyOtherErrorForTheAnswer) {
  std::atomic<int> requests = 0;
  const Responder responder([&](const std::string&) {
    ++requests;
    return refusal(ErrorCode::not_found);
  });
  Client client({responder.endpoint()}, 20s);
  try {
    (void)ask_for_content(client);
    FAIL() << "answered";
  } catch (const DaemonError& error) {
    EXPECT_EQ(error.status, ExitStatus::not_found);
    EXPECT_EQ(error.error.code, "not_found");
    EXPECT_STREQ(error.what(), ("no (" + responder.endpoint() + " says not_found)").c_str());
  }
  EXPECT_EQ(requests, 1);
}

TEST(Client, EscapesWhatTheDaemonSays) {
  const Frames hostile = {"", R"({"error":{"code":"x\u001b","message":"a\n\u202e"},"timestamp":1,"pid":2})"};
  const Responder responder(always(hostile));
  Client client({responder.endpoint()}, 20s);
  try {
    (void)ask_for_content(client);
    FAIL() << "answered";
  } catch (const DaemonError& error) {
    EXPECT_STREQ(error.what(), ("a\\n\\u{202e} (" + responder.endpoint() + " says x\\x1b)").c_str());
  }
}

TEST(Client, RefusesWhatIsNoReply) {
  for (const Frames& frames : {Frames{"", "nonsense"}, Frames{"", "{}"}, Frames{"", ""}, Frames{""}}) {
    const Responder responder(always(frames));
    Client client({responder.endpoint()}, 20s);
    try {
      (void)ask_for_content(client);
      ADD_FAILURE() << testing::PrintToString(frames);
    } catch (const CommandError& error) {
      EXPECT_EQ(error.status, ExitStatus::failed);
      EXPECT_TRUE(std::string(error.what()).starts_with(responder.endpoint() + " sent something that is no"));
    }
  }
}

TEST(Client, CanBeAskedAgainAfterWhatIsNoReply) {
  int asked = 0;
  const Responder responder([&](const std::string&) {
    return ++asked == 1 ? Frames{"", "nonsense"} : Frames{"", encode_classic_reply("hello", stamp)};
  });
  Client client({responder.endpoint()}, 20s);
  EXPECT_THROW((void)ask_for_content(client), CommandError);
  EXPECT_EQ(client.pending(), 0U);
  EXPECT_EQ(ask_for_content(client), "hello");
}

TEST(Client, GivesEachReplyToItsTicket) {
  const Responder responder([](const std::string& request) {
    return request.find("missing") == std::string::npos ? content(request) : refusal(ErrorCode::not_found);
  });
  Client client({responder.endpoint()}, 20s);
  std::map<Ticket, std::string> paths;
  for (int number = 0; number < 100; ++number) {
    const std::string path = (number % 10 == 0 ? "missing" : "there") + std::to_string(number);
    paths[client.send(ClassicRequest{path})] = path;
  }
  EXPECT_EQ(client.pending(), 100U);
  while (client.pending() > 0) {
    Arrival arrival = client.receive();
    const std::string path = paths.at(arrival.ticket);
    paths.erase(arrival.ticket);
    if (path.starts_with("missing")) {
      EXPECT_EQ(std::get<DaemonError>(arrival.outcome).error.code, "not_found");
      EXPECT_THROW((void)arrival.answer(), DaemonError);
    } else {
      EXPECT_EQ(arrival.answer().reply.content(), R"({"path":")" + path + "\"}");
    }
    EXPECT_GT(arrival.round_trip.count(), 0);
  }
  EXPECT_TRUE(paths.empty());
}

TEST(Client, DoesNotGiveWhatWasForgotten) {
  const Responder responder([](const std::string& request) { return content(request); });
  Client client({responder.endpoint()}, 20s);
  client.forget(client.send(ClassicRequest{"a"}));
  EXPECT_EQ(ask_for_content(client), R"({"path":"x"})");
  EXPECT_FALSE(client.receive_within(0ms));
}

TEST(Client, WaitsNoLongerThanItIsTold) {
  const Responder responder(always({}));
  Client client({responder.endpoint()}, 20s);
  (void)client.send(ClassicRequest{"a"});
  EXPECT_FALSE(client.receive_within(50ms));
  EXPECT_EQ(client.pending(), 1U);
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
  ASSERT_TRUE(test::eventually([&] { return unanswered == 3; }));
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
