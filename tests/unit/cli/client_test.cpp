#include "cli/client.hpp"

#include "tests/unit/cli/canned_replies.hpp"
#include "tests/unit/cli/responder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>

namespace filer {
namespace {

using namespace std::chrono_literals;
using test::always;
using test::ask_for_content;
using test::content;
using test::Frames;
using test::refusal;
using test::Responder;
using test::stamp;

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

}  // namespace
}  // namespace filer
