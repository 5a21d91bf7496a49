#include "cli/connection.hpp"

#include "base/file_descriptor.hpp"
#include "cli/exit_status.hpp"
#include "tests/unit/cli/responder.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

namespace filer {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using test::Frames;
using test::Responder;

/// A TCP port of this host: taken by a socket that accepts and says nothing, or by nobody.
class SilentPort {
 public:
  enum class Kind { accepts, refuses };

  explicit SilentPort(Kind kind) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_.get(), generic, size), 0);
    if (kind == Kind::accepts) {
      EXPECT_EQ(::listen(socket_.get(), 16), 0);
    }
    EXPECT_EQ(::getsockname(socket_.get(), generic, &size), 0);
    endpoint_ = "tcp://127.0.0.1:" + std::to_string(::ntohs(address.sin_port));
  }

  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }

 private:
  UniqueFileDescriptor socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::string endpoint_;
};

struct Outcome {
  std::optional<CommandError> error;
  steady_clock::duration time{};
};

Outcome try_request(const std::string& endpoint, std::chrono::milliseconds silence,
                    std::string_view request = "x") {
  Connection connection(endpoint, silence);
  const auto start = steady_clock::now();
  Outcome outcome;
  try {
    (void)connection.request(request);
  } catch (const CommandError& error) {
    outcome.error = error;
  }
  outcome.time = steady_clock::now() - start;
  return outcome;
}

Responder::Answer always(const Frames& frames) {
  return [frames](const std::string&) { return frames; };
}

TEST(Connection, GivesTheFramesOfTheReply) {
  const Responder responder(always({"", "header", "data", ""}));
  Connection connection(responder.endpoint(), 10s);
  EXPECT_EQ(connection.request("x"), (Frames{"header", "data", ""}));
}

TEST(Connection, SendsTheBytesAsTheyAre) {
  const Responder responder([](const std::string& request) { return Frames{"", request}; });
  Connection connection(responder.endpoint(), 10s);
  const std::string bytes("\0\xff{}\n", 5);
  EXPECT_EQ(connection.request(bytes), Frames{bytes});
  EXPECT_EQ(connection.request(""), Frames{""});
}

TEST(Connection, TakesOneRequestAfterAnother) {
  const Responder responder([](const std::string& request) { return Frames{"", request}; });
  Connection connection(responder.endpoint(), 10s);
  for (int number = 0; number < 100; ++number) {
    EXPECT_EQ(connection.request(std::to_string(number)), Frames{std::to_string(number)});
  }
}

TEST(Connection, SkipsFramesBeforeTheDelimiter) {
  const Responder responder(always({"hop", "", "header"}));
  Connection connection(responder.endpoint(), 10s);
  EXPECT_EQ(connection.request("x"), Frames{"header"});
}

TEST(Connection, RefusesWhatIsNoReply) {
  for (const Frames& frames : {Frames{"no delimiter"}, Frames{"a", "b"}, Frames{""}}) {
    const Responder responder(always(frames));
    const Outcome outcome = try_request(responder.endpoint(), 10s);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->status, ExitStatus::failed);
    EXPECT_EQ(std::string(outcome.error->what()), responder.endpoint() + " sent something that is no reply");
  }
}

TEST(Connection, RefusesWhatIsNoEndpoint) {
  for (const char* endpoint : {"tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:http", "udp://x", "x"}) {
    try {
      const Connection connection(endpoint, 1s);
      ADD_FAILURE() << endpoint;
    } catch (const CommandError& error) {
      EXPECT_EQ(error.status, ExitStatus::usage);
      EXPECT_TRUE(
          std::string(error.what()).starts_with("'" + std::string(endpoint) + "' is not an endpoint: "));
    }
  }
}

TEST(Connection, SaysWithinHalfASecondThatNobodyListens) {
  const SilentPort port(SilentPort::Kind::refuses);
  // The best of a few tries, for this host may be busy with something else.
  auto best = steady_clock::duration::max();
  for (int round = 0; round < 5 && best >= 500ms; ++round) {
    const Outcome outcome = try_request(port.endpoint(), 60s);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
    EXPECT_EQ(std::string(outcome.error->what()),
              "cannot connect to " + port.endpoint() + ": nobody listens there");
    EXPECT_FALSE(outcome.error->hint.empty());
    best = std::min(best, outcome.time);
  }
  EXPECT_LT(best, 500ms);
}

TEST(Connection, SaysWithinHalfASecondThatNobodyListensOnAnIpcSocket) {
  const test::TempDirectory directory;
  auto best = steady_clock::duration::max();
  for (int round = 0; round < 5 && best >= 500ms; ++round) {
    const Outcome outcome = try_request("ipc://" + directory / "missing.sock", 60s);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
    best = std::min(best, outcome.time);
  }
  EXPECT_LT(best, 500ms);
}

/// A daemon that restarts at this moment is still met.
TEST(Connection, TriesForAQuarterOfASecondBeforeItSaysSo) {
  const SilentPort port(SilentPort::Kind::refuses);
  EXPECT_GE(try_request(port.endpoint(), 60s).time, 240ms);
}

TEST(Connection, GivesUpOnAPortThatAcceptsAndSaysNothing) {
  const SilentPort port(SilentPort::Kind::accepts);
  const Outcome outcome = try_request(port.endpoint(), 300ms);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
  EXPECT_EQ(std::string(outcome.error->what()),
            port.endpoint() + " accepted the connection but did not speak ZeroMQ within 0.3 s");
  EXPECT_GE(outcome.time, 300ms);
  EXPECT_LT(outcome.time, 10s);
}

TEST(Connection, GivesUpOnADaemonThatDoesNotAnswer) {
  const Responder responder(always({}));
  const Outcome outcome = try_request(responder.endpoint(), 300ms);
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
  EXPECT_EQ(std::string(outcome.error->what()), responder.endpoint() + " did not answer within 0.3 s");
  EXPECT_GE(outcome.time, 300ms);
  EXPECT_LT(outcome.time, 10s);
}

TEST(Connection, SaysThatItWasClosedWithoutAnAnswer) {
  zmq::context_t context;
  zmq::socket_t router(context, zmq::socket_type::router);
  router.set(zmq::sockopt::linger, 0);
  router.set(zmq::sockopt::maxmsgsize, std::int64_t{1000});
  router.bind("tcp://127.0.0.1:*");
  const std::string endpoint = router.get(zmq::sockopt::last_endpoint);
  const Outcome outcome = try_request(endpoint, 60s, std::string(1001, 'x'));
  ASSERT_TRUE(outcome.error);
  EXPECT_EQ(outcome.error->status, ExitStatus::unreachable);
  EXPECT_EQ(std::string(outcome.error->what()), endpoint + " closed the connection without an answer");
  EXPECT_LT(outcome.time, 30s);
}

}  // namespace
}  // namespace filer
