#include "base/sha256.hpp"
#include "daemon/handler/handler.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/unit/daemon/handler/handler_fixture.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace filer {
namespace {

using test::HandlerTest;

TEST_F(HandlerTest, SendsTheBytesOfARawGetInAFrameOfTheirOwn) {
  const Reply reply = handler.handle(R"({"op":"get","path":"file.txt","offset":1,"length":3})", peer);
  EXPECT_EQ(*reply.data, "ell");
  EXPECT_NE(reply.header.find(R"("size":5,"offset":1,"length":3,"eof":false,)"), std::string::npos)
      << reply.header;
}

TEST_F(HandlerTest, SendsEmptyBytesInAFrameToo) {
  EXPECT_EQ(*handler.handle(R"({"op":"get","path":"file.txt","offset":5})", peer).data, "");
}

TEST_F(HandlerTest, CutsARangeAtTheLongestThatAReplyCarries) {
  limits.chunk_bytes = 2;
  Handler strict(test::in_force(limits), files, access, statistics, logger);
  EXPECT_EQ(*strict.handle(R"({"op":"get","path":"file.txt","length":4})", peer).data, "he");
  EXPECT_EQ(*strict.handle(R"({"op":"get","path":"file.txt","length":18446744073709551615})", peer).data,
            "he");
}

TEST_F(HandlerTest, RefusesTextThatIsNone) {
  served.host.write("root/binary", "\xff");
  EXPECT_EQ(outcome(R"({"op":"get","path":"binary","encoding":"utf8"})"), "not_utf8");
  EXPECT_EQ(outcome(R"({"op":"get","path":"binary","encoding":"base64"})"), "content");
}

TEST_F(HandlerTest, SendsTheDigestOfTheBytesOfAGet) {
  const Reply reply =
      handler.handle(R"({"op":"get","path":"file.txt","offset":1,"length":3,"digest":true})", peer);
  EXPECT_EQ(*reply.data, "ell");
  EXPECT_EQ(ReceivedReply(reply.header).chunk().digest, sha256_of("ell"));
  EXPECT_EQ(ReceivedReply(handle(R"({"op":"get","path":"file.txt"})")).chunk().digest, std::nullopt);
}

TEST_F(HandlerTest, AnswersWithTheDigestOfAFile) {
  const Digests one = ReceivedReply(handle(R"({"op":"digest","path":"file.txt"})")).digests();
  EXPECT_EQ(one.hexadecimal, std::vector{sha256_of("hello")});
  EXPECT_EQ(one.etag, ReceivedReply(handle(R"({"op":"stat","path":"file.txt"})")).status().etag);
  const Digests several =
      ReceivedReply(handle(R"({"op":"digest","path":"file.txt","offset":1,"chunk":3})")).digests();
  EXPECT_EQ(several.hexadecimal, (std::vector{sha256_of("ell"), sha256_of("o")}));
  EXPECT_EQ(several.length, 4U);
}

TEST_F(HandlerTest, CutsAPageOfDigestsAtTheEntriesOfAList) {
  limits.list_entries = 2;
  Handler strict(test::in_force(limits), files, access, statistics, logger);
  const Digests page =
      ReceivedReply(strict.handle(R"({"op":"digest","path":"file.txt","chunk":1})", peer).header).digests();
  EXPECT_EQ(page.hexadecimal, (std::vector{sha256_of("h"), sha256_of("e")}));
  EXPECT_FALSE(page.eof);
}

TEST_F(HandlerTest, EndsADigestThatIsStopped) {
  const auto accepted = handler.accept(R"({"op":"digest","path":"file.txt"})", peer);
  Supervision supervision;
  supervision.stop();
  const Outcome outcome = handler.perform(std::get<Task>(accepted), supervision);
  EXPECT_EQ(ReceivedReply(outcome.reply.header).error()->code, "busy");
}

}  // namespace
}  // namespace filer
