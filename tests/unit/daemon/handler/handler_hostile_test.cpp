#include "daemon/handler/handler.hpp"
#include "protocol/reply_decoder.hpp"
#include "protocol/request_encoder.hpp"
#include "tests/unit/daemon/handler/handler_fixture.hpp"
#include "tests/unit/support/corpora.hpp"
#include "tests/unit/support/random_bytes.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace filer {
namespace {

using namespace std::string_literals;
using test::HandlerTest;

TEST_F(HandlerTest, AnswersAnyBytesWithOneReply) {
  test::RandomBytes random;
  const std::string whole = R"({"path":"file.txt"})";
  for (int round = 0; round < 3000; ++round) {
    std::string request = round % 2 == 0 ? random.next(random.below(60)) : whole;
    if (round % 2 != 0) request[random.below(request.size())] = static_cast<char>(random.below(256));
    const std::string reply = handle(request);
    ASSERT_NO_THROW((void)ReceivedReply(reply)) << request;
    ASSERT_TRUE(simdjson::validate_utf8(reply));
    ASSERT_NE(outcome(request), "internal") << request;
  }
}

/// The cut must not go through the middle of a character.
TEST_F(HandlerTest, AnswersUtf8WhereverAPathIsCut) {
  for (std::size_t shift = 0; shift < 4; ++shift) {
    std::string path(shift, 'x');
    for (int count = 0; count < 2000; ++count) path += "🦀";
    const std::string reply = handle(encode_request(ClassicRequest{path}));
    EXPECT_TRUE(simdjson::validate_utf8(reply));
    EXPECT_EQ(ReceivedReply(reply).error()->code, "name_too_long");
  }
}

TEST_F(HandlerTest, NeverTellsThePeerWhereTheRootLies) {
  for (const char* path : {"missing", "../x", "dir", "file.txt/x", "/etc/passwd"}) {
    EXPECT_EQ(handle(encode_request(ClassicRequest{path})).find(served.root()), std::string::npos) << path;
  }
}

/// Paths that have led out of many a directory before.
TEST_F(HandlerTest, KeepsTheSecretFromHostilePaths) {
  served.host.make_link("root/out", "../outside");
  served.host.make_link("root/all", "/");
  const std::string secret = served.host / "outside/secret.txt";
  std::string climb;
  for (int depth = 0; depth < 30; ++depth) climb += "../";
  for (const std::string& path : {"../outside/secret.txt"s,
                                  "dir/../../outside/secret.txt"s,
                                  "./../outside/secret.txt"s,
                                  "..//outside/secret.txt"s,
                                  "out/secret.txt"s,
                                  "all"s + secret,
                                  "dir/../out/./secret.txt"s,
                                  secret,
                                  "/"s + secret,
                                  "//"s + secret,
                                  climb + secret,
                                  served.root() + "/../outside/secret.txt",
                                  served.root() + "-beside/secret.txt",
                                  "....//outside/secret.txt"s,
                                  "..\\outside\\secret.txt"s,
                                  "%2e%2e/outside/secret.txt"s,
                                  "%2e%2e%2foutside%2fsecret.txt"s,
                                  "..%c0%afoutside/secret.txt"s,
                                  "..;/outside/secret.txt"s,
                                  "file:"s + secret,
                                  "file://"s + secret,
                                  "~/secret.txt"s,
                                  "\uff0e\uff0e/outside/secret.txt"s,
                                  "..\u2215outside/secret.txt"s,
                                  "/proc/self/root"s + secret,
                                  "/proc/self/cwd/secret.txt"s,
                                  "file.txt/../../outside/secret.txt"s,
                                  "-f "s + secret,
                                  "|cat "s + secret,
                                  "`cat "s + secret + "`"}) {
    const std::string reply = handle(encode_request(ClassicRequest{path}));
    EXPECT_TRUE(ReceivedReply(reply).error()) << path;
    EXPECT_EQ(reply.find(test::canary), std::string::npos) << path;
  }
}

/// The Big List of Naughty Strings, each as a path, and each as a whole request.
TEST_F(HandlerTest, KeepsTheSecretFromNaughtyStrings) {
  const auto list = test::corpus("naughty-strings.json");
  if (!list) GTEST_SKIP() << "FILER_CORPORA is not set";
  simdjson::dom::parser parser;
  const simdjson::padded_string text(test::read_file(*list));
  std::size_t count = 0;
  for (const simdjson::dom::element element : simdjson::dom::array(parser.parse(text))) {
    const std::string naughty(std::string_view{element});
    for (const std::string& path :
         {naughty, "../outside/" + naughty, naughty + "/../../outside/secret.txt", served.host / naughty}) {
      const std::string reply = handle(encode_request(ClassicRequest{path}));
      ASSERT_TRUE(simdjson::validate_utf8(reply));
      EXPECT_EQ(reply.find(test::canary), std::string::npos) << path;
      ASSERT_TRUE(ReceivedReply(reply).error()) << path;
      EXPECT_NE(ReceivedReply(reply).error()->code, "internal") << path;
    }
    EXPECT_TRUE(ReceivedReply(handle(naughty)).error()) << naughty;
    ++count;
  }
  EXPECT_GT(count, 400U);
}

}  // namespace
}  // namespace filer
