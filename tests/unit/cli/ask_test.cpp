#include "cli/ask.hpp"

#include "cli/exit_status.hpp"
#include "protocol/reply.hpp"
#include "tests/unit/cli/responder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>

namespace filer {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::Frames;
using test::Responder;

constexpr ReplyStamp stamp{1, 42};

Frames refusal(ErrorCode code) {
  return {"", encode_error_reply(code, "no", std::nullopt, stamp)};
}

TEST(Ask, GivesTheHeaderOfTheReply) {
  const Responder responder([](const std::string&) { return Frames{"", encode_classic_reply("x", stamp)}; });
  Connection connection(responder.endpoint(), 20s);
  EXPECT_EQ(ask(connection, "{}").content, "x");
}

TEST(Ask, AsksABusyDaemonAgain) {
  std::atomic<int> requests = 0;
  const Responder responder([&](const std::string&) {
    return ++requests <= 3 ? refusal(ErrorCode::busy) : Frames{"", encode_classic_reply("x", stamp)};
  });
  Connection connection(responder.endpoint(), 20s);
  EXPECT_EQ(ask(connection, "{}").content, "x");
  EXPECT_EQ(requests, 4);
}

TEST(Ask, GivesUpOnADaemonThatStaysBusy) {
  const Responder responder([](const std::string&) { return refusal(ErrorCode::busy); });
  Connection connection(responder.endpoint(), 300ms);
  const auto start = steady_clock::now();
  try {
    (void)ask(connection, "{}");
    FAIL() << "answered";
  } catch (const CommandError& error) {
    EXPECT_EQ(error.status, ExitStatus::failed);
  }
  EXPECT_LT(steady_clock::now() - start, 10s);
}

TEST(Ask, TakesAnyOtherErrorForTheAnswer) {
  std::atomic<int> requests = 0;
  const Responder responder([&](const std::string&) {
    ++requests;
    return refusal(ErrorCode::not_found);
  });
  Connection connection(responder.endpoint(), 20s);
  try {
    (void)ask(connection, "{}");
    FAIL() << "answered";
  } catch (const CommandError& error) {
    EXPECT_EQ(error.status, ExitStatus::not_found);
  }
  EXPECT_EQ(requests, 1);
}

}  // namespace
}  // namespace filer
