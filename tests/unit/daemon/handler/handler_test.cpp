#include "daemon/handler/handler.hpp"

#include "protocol/reply_decoder.hpp"
#include "protocol/request_encoder.hpp"
#include "tests/unit/daemon/handler/handler_fixture.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>

namespace filer {
namespace {

using namespace std::string_literals;
using test::field;
using test::HandlerTest;

TEST_F(HandlerTest, AnswersAClassicRequestExactly) {
  const std::string reply = handle(R"({"path":"file.txt"})");
  const ReplyStamp stamp = ReceivedReply(reply).stamp();
  EXPECT_EQ(reply, "{\"content\":\"hello\",\"timestamp\":" + std::to_string(stamp.timestamp) +
                       ",\"pid\":" + std::to_string(stamp.pid) + "}");
}

TEST_F(HandlerTest, StampsEveryReplyWithTimeAndProcess) {
  using std::chrono::system_clock;
  const auto now = [] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch())
        .count();
  };
  for (const char* request :
       {R"({"path":"file.txt"})", R"({"path":"missing"})", R"({"op":"hello"})", "nonsense"}) {
    const auto before = now();
    const ReplyStamp stamp = ReceivedReply(handle(request)).stamp();
    EXPECT_GE(stamp.timestamp, before);
    EXPECT_LE(stamp.timestamp, now());
    EXPECT_EQ(stamp.pid, ::getpid());
  }
}

TEST_F(HandlerTest, AnswersBinaryContentInBase64) {
  served.host.write("root/binary", "\xff\0\xfe"s);
  EXPECT_TRUE(
      handle(R"({"path":"binary"})").starts_with(R"({"content":"/wD+","encoding":"base64","timestamp":)"));
  EXPECT_EQ(ReceivedReply(handle(R"({"path":"binary"})")).content(), "\xff\0\xfe"s);
}

TEST_F(HandlerTest, AnswersAnAbsolutePath) {
  EXPECT_EQ(ReceivedReply(handle(encode_request(ClassicRequest{served.root() + "/dir/inner.txt"}))).content(),
            "inner");
}

TEST_F(HandlerTest, NamesTheFileInAnError) {
  EXPECT_EQ(message_for(R"({"path":"missing.txt"})"), "'missing.txt': no such file or directory");
  EXPECT_EQ(message_for(R"({"path":"../x"})"),
            "'../x': the path, or a symbolic link on it, leads out of the root");
}

TEST_F(HandlerTest, EscapesAndCutsTheFileInAnError) {
  EXPECT_EQ(message_for(R"({"path":"\u001b[2J\n"})"), "'\\x1b[2J\\n': no such file or directory");
  EXPECT_EQ(message_for(encode_request(ClassicRequest{std::string(5000, 'x')})),
            "'" + std::string(256, 'x') + "'…: the path or a name in it is too long");
}

TEST_F(HandlerTest, TellsTheSizeOfAFileThatIsTooLarge) {
  limits.content_bytes = 4;
  Handler strict(test::in_force(limits), files, access, statistics, logger);
  const ReceivedReply received(strict.handle(R"({"path":"file.txt"})", peer).header);
  ASSERT_TRUE(received.error());
  EXPECT_EQ(received.error()->code, "too_large");
  EXPECT_EQ(received.error()->size, 5U);
}

TEST_F(HandlerTest, KeepsAReplyWithinWhatThereIsRoomFor) {
  served.host.write("root/large.txt", std::string(100000, 'x'));
  const auto within = [&](const std::string& request) { return handler.handle(request, peer, 4096); };
  EXPECT_EQ(ReceivedReply(within(R"({"path":"large.txt"})").header).error()->code, "busy");
  EXPECT_EQ(ReceivedReply(within(R"({"path":"file.txt"})").header).content(), "hello");
  EXPECT_EQ(within(R"({"op":"get","path":"large.txt"})").data->size(), 2048U);
  for (int number = 0; number < 100; ++number) served.host.write("root/many/" + std::to_string(number), "");
  EXPECT_LE(within(R"({"op":"list","path":"many"})").size(), 4096U);
}

TEST_F(HandlerTest, RefusesWhatIsNoRequest) {
  EXPECT_EQ(outcome(""), "bad_request");
  EXPECT_EQ(outcome("file.txt"), "bad_request");
  EXPECT_EQ(outcome("{}"), "bad_request");
  EXPECT_EQ(outcome(R"({"op":"remove","path":"file.txt"})"), "unknown_op");
}

TEST_F(HandlerTest, TakesARequestOfExactlyTheLimitAndRefusesOneByteMore) {
  const std::string padding(limits.request_bytes - R"({"path":"file.txt","x":""})"s.size(), ' ');
  const std::string request = R"({"path":"file.txt","x":")" + padding + "\"}";
  ASSERT_EQ(request.size(), limits.request_bytes);
  EXPECT_EQ(outcome(request), "content");
  EXPECT_EQ(outcome(request + " "), "bad_request");
}

TEST_F(HandlerTest, RefusesUnseenWhatCameInAnUnservableWay) {
  const ReceivedReply received(handler.refuse(ErrorCode::busy, "too much in flight", peer).header);
  ASSERT_TRUE(received.error());
  EXPECT_EQ(received.error()->code, "busy");
  EXPECT_EQ(received.error()->message, "too much in flight");
  EXPECT_EQ(field(logged(), "FILER_CODE"), "busy");
}

TEST_F(HandlerTest, CountsRepliesByTheirCode) {
  (void)handle(R"({"path":"file.txt"})");
  (void)handle(R"({"path":"missing"})");
  (void)handle(R"({"path":"missing"})");
  const std::string stats = handle(R"({"op":"stats"})");
  EXPECT_NE(stats.find(R"("requests":3,)"), std::string::npos) << stats;
  EXPECT_NE(stats.find(R"("not_found":2,)"), std::string::npos) << stats;
}

TEST_F(HandlerTest, LogsAServedRequest) {
  const std::string reply = handle(R"({"path":"file.txt"})");
  const LogEntry entry = logged();
  EXPECT_EQ(entry.level, LogLevel::info);
  EXPECT_EQ(entry.message_id, message_id::request_served);
  EXPECT_TRUE(entry.message.starts_with("192.0.2.7: classic 'file.txt': " + std::to_string(reply.size()) +
                                        " bytes sent in "));
  EXPECT_EQ(field(entry, "FILER_OP"), "classic");
  EXPECT_EQ(field(entry, "FILER_ROOT"), "default");
  EXPECT_EQ(field(entry, "FILER_PATH"), "file.txt");
  EXPECT_EQ(field(entry, "FILER_CODE"), "ok");
  EXPECT_EQ(field(entry, "FILER_BYTES"), std::to_string(reply.size()));
  EXPECT_EQ(field(entry, "FILER_PEER"), "192.0.2.7");
}

TEST_F(HandlerTest, LogsARefusedRequestWithItsErrno) {
  (void)handle(R"({"path":"../secret"})");
  const LogEntry entry = logged();
  EXPECT_EQ(entry.level, LogLevel::notice);
  EXPECT_EQ(entry.message_id, message_id::request_refused);
  EXPECT_EQ(entry.message,
            "192.0.2.7: classic '../secret': outside_root: the path, or a symbolic link on it, leads out of "
            "the root");
  EXPECT_EQ(field(entry, "FILER_CODE"), "outside_root");
  EXPECT_EQ(field(entry, "FILER_DETAIL"), "openat2: Invalid cross-device link");
}

TEST_F(HandlerTest, LogsWhatWasNotUnderstood) {
  (void)handle("\x1b[2J");
  const LogEntry entry = logged();
  EXPECT_TRUE(entry.message.starts_with("192.0.2.7: request: bad_request: the request is not valid JSON"));
  EXPECT_EQ(field(entry, "FILER_OP"), "");
  EXPECT_EQ(field(entry, "FILER_CODE"), "bad_request");
}

TEST_F(HandlerTest, LogsNoMoreOfAPathThanAPathCanHave) {
  (void)handle(encode_request(ClassicRequest{std::string(60000, 'x')}));
  EXPECT_EQ(field(logged(), "FILER_PATH").size(), 4096U);
}

}  // namespace
}  // namespace filer
