#include "daemon/handler/handler.hpp"

#include "base/sha256.hpp"
#include "protocol/reply_decoder.hpp"
#include "protocol/request_encoder.hpp"
#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/daemon/in_force.hpp"
#include "tests/unit/support/corpora.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/random_bytes.hpp"
#include "tests/unit/support/recording_sink.hpp"

#include <gtest/gtest.h>
#include <simdjson.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace filer {
namespace {

using namespace std::string_literals;
using test::field;

/// A handler over a root with a few files, and everything it logs.
class HandlerTest : public testing::Test {
 protected:
  [[nodiscard]] std::string handle(std::string_view request) { return handler.handle(request, peer).header; }

  /// The code of the error that a request is refused with; "content" or "ok" for one that is not.
  [[nodiscard]] std::string outcome(std::string_view request) {
    const ReceivedReply received(handle(request));
    if (received.error()) return received.error()->code;
    return received.content() ? "content" : "ok";
  }

  [[nodiscard]] std::string message_for(std::string_view request) {
    const ReceivedReply received(handle(request));
    return received.error() ? received.error()->message : "no error";
  }

  /// The one entry that the requests so far have led to.
  [[nodiscard]] LogEntry logged() {
    EXPECT_TRUE(test::eventually([&] { return recording->size() > 0; }));
    return recording->entries().at(0);
  }

  test::ServedRoot served;
  std::shared_ptr<test::Recording> recording = std::make_shared<test::Recording>();
  Logger logger{LogConfig{LogLevel::debug, LogRequests::all, 0, 0}, test::Recording::make_sink(recording)};
  FileStore files = served.open();
  Limits limits;
  Peer peer{"192.0.2.7", ""};
  Statistics statistics;
  AccessTable access{
      std::make_shared<AccessRules>(AccessRules::Roots{{"default", {}}}, std::vector<AuthorizedKey>{})};
  Handler handler{test::in_force(limits), files, access, statistics, logger};
};

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

TEST_F(HandlerTest, TellsTheSizeOfAFileThatIsTooLarge) {
  limits.content_bytes = 4;
  Handler strict(test::in_force(limits), files, access, statistics, logger);
  const ReceivedReply received(strict.handle(R"({"path":"file.txt"})", peer).header);
  ASSERT_TRUE(received.error());
  EXPECT_EQ(received.error()->code, "too_large");
  EXPECT_EQ(received.error()->size, 5U);
}

TEST_F(HandlerTest, AnswersHello) {
  const std::string reply = handle(R"({"op":"hello"})");
  EXPECT_TRUE(
      reply.starts_with("{\"server\":\"zmq-filerd\",\"version\":\"" FILER_VERSION
                        "\",\"ops\":[\"hello\",\"get\",\"stat\",\"list\",\"digest\",\"stats\"],\"roots\":["
                        "\"default\"],\"limits\":{\"request_bytes\":65536,"
                        "\"content_bytes\":16777216,\"chunk_bytes\":1048576,\"list_entries\":1000,"
                        "\"wait_ms\":60000,\"waits_per_peer\":16},"
                        "\"peer\":\"192.0.2.7\",\"timestamp\":"))
      << reply;
}

TEST_F(HandlerTest, SendsTheBytesOfARawGetInAFrameOfTheirOwn) {
  const Reply reply = handler.handle(R"({"op":"get","path":"file.txt","offset":1,"length":3})", peer);
  EXPECT_EQ(*reply.data, "ell");
  EXPECT_NE(reply.header.find(R"("size":5,"offset":1,"length":3,"eof":false,)"), std::string::npos)
      << reply.header;
}

TEST_F(HandlerTest, SendsEmptyBytesInAFrameToo) {
  EXPECT_EQ(*handler.handle(R"({"op":"get","path":"file.txt","offset":5})", peer).data, "");
}

TEST_F(HandlerTest, HasNoSecondFrameWhereThereAreNoRawBytes) {
  for (const char* request :
       {R"({"path":"file.txt"})", R"({"op":"get","path":"missing"})", R"({"op":"stat","path":"file.txt"})",
        R"({"op":"get","path":"file.txt","encoding":"utf8"})", R"({"op":"list","path":"."})", "nonsense"}) {
    EXPECT_FALSE(handler.handle(request, peer).data) << request;
  }
}

TEST_F(HandlerTest, CutsARangeAtTheLongestThatAReplyCarries) {
  limits.chunk_bytes = 2;
  Handler strict(test::in_force(limits), files, access, statistics, logger);
  EXPECT_EQ(*strict.handle(R"({"op":"get","path":"file.txt","length":4})", peer).data, "he");
  EXPECT_EQ(*strict.handle(R"({"op":"get","path":"file.txt","length":18446744073709551615})", peer).data,
            "he");
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

TEST_F(HandlerTest, SaysThatNothingIsNewToWhoHasTheEtag) {
  for (const std::string op : {"get", "stat", "list"}) {
    const std::string path = op == "list" ? "." : "file.txt";
    const std::string request = R"({"op":")" + op + R"(","path":")" + path + '"';
    const std::string first = handle(request + "}");
    const std::size_t at = first.find(R"("etag":")") + 8;
    const std::string etag = first.substr(at, first.find('"', at) - at);
    const std::string again = handle(request + R"(,"if_none_match":")" + etag + "\"}");
    EXPECT_TRUE(again.starts_with(R"({"not_modified":true,"etag":")" + etag + '"')) << again;
    EXPECT_EQ(handle(request + R"(,"if_none_match":"other"})").find("not_modified"), std::string::npos);
  }
}

/// One request of each op, what becomes of it, and whether it can be a watch.
struct OpExample {
  std::string op;
  std::string request;
  bool takes_long;
  bool watched;
};

const std::vector<OpExample> op_examples = {
    {"classic", R"({"path":"file.txt"})", false, false},
    {"hello", R"({"op":"hello"})", false, false},
    {"get", R"({"op":"get","path":"file.txt")", false, true},
    {"stat", R"({"op":"stat","path":"file.txt")", false, true},
    {"list", R"({"op":"list","path":".")", true, true},
    {"digest", R"({"op":"digest","path":"file.txt"})", true, false},
    {"stats", R"({"op":"stats"})", false, false},
};

/// An example as it stands, or with more members where it can be a watch.
std::string request_of(const OpExample& example, const std::string& members = "") {
  return example.watched ? example.request + members + "}" : example.request;
}

TEST_F(HandlerTest, AnswersEveryOpAndLogsItByItsName) {
  for (const OpExample& example : op_examples) {
    const std::size_t logged_before = recording->size();
    EXPECT_FALSE(ReceivedReply(handle(request_of(example))).error()) << example.op;
    ASSERT_TRUE(test::eventually([&] { return recording->size() > logged_before; }));
    EXPECT_EQ(field(recording->entries().back(), "FILER_OP"), example.op);
  }
}

TEST_F(HandlerTest, TellsEveryOpThatItAnswers) {
  std::vector<std::string> ops;
  for (const OpExample& example : op_examples) ops.push_back(example.op);
  ops.erase(ops.begin());  // the classic request is no op
  EXPECT_EQ(ReceivedReply(handle(R"({"op":"hello"})")).hello().ops, ops);
}

TEST_F(HandlerTest, KnowsWhatMayTakeLong) {
  for (const OpExample& example : op_examples) {
    const Task task = std::get<Task>(handler.accept(request_of(example), peer));
    Supervision supervision;
    // What has been read once is cached.
    ASSERT_EQ(handler.perform(task, supervision).kind, Outcome::Kind::replied) << example.op;
    const Outcome outcome = handler.attempt(task);
    EXPECT_EQ(outcome.kind == Outcome::Kind::would_block, example.takes_long) << example.op;
  }
  const std::string with_digest = R"({"op":"get","path":"file.txt","digest":true})";
  EXPECT_EQ(handler.attempt(std::get<Task>(handler.accept(with_digest, peer))).kind,
            Outcome::Kind::would_block);
}

TEST_F(HandlerTest, KnowsWhatIsWatchedAndForHowLong) {
  using std::chrono::milliseconds;
  using std::chrono::steady_clock;
  for (const OpExample& example : op_examples) {
    const std::string path = example.op == "list" ? "." : "file.txt";
    const std::string etag = files.status(files.locate(path)).etag;
    const std::string unchanged = R"(,"if_none_match":")" + etag + '"';
    const auto wait_of = [&](const std::string& members) -> std::optional<steady_clock::duration> {
      const Task task = std::get<Task>(handler.accept(request_of(example, members), peer));
      if (!task.may_wait) return std::nullopt;
      Supervision supervision;
      const Outcome unmodified = handler.perform(task, supervision);
      EXPECT_EQ(unmodified.kind, Outcome::Kind::unmodified) << example.op;
      if (!unmodified.watch) return std::nullopt;
      EXPECT_EQ(unmodified.watch->location.path, path) << example.op;
      EXPECT_EQ(unmodified.watch->etag, etag) << example.op;
      return unmodified.watch->deadline - task.start;
    };
    EXPECT_EQ(wait_of(""), std::nullopt) << example.op;
    if (!example.watched) continue;
    EXPECT_EQ(wait_of(unchanged), std::nullopt) << example.op;
    EXPECT_EQ(wait_of(unchanged + R"(,"wait_ms":0)"), std::nullopt) << example.op;
    EXPECT_EQ(wait_of(unchanged + R"(,"wait_ms":5)"), milliseconds(5)) << example.op;
    EXPECT_EQ(wait_of(unchanged + R"(,"wait_ms":18446744073709551615)"), milliseconds(limits.wait_ms))
        << example.op;
  }
}

TEST_F(HandlerTest, HoldsItsAnswerBackWhereNothingIsNew) {
  const std::string request = R"({"op":"stat","path":"file.txt")";
  const std::string etag = ReceivedReply(handle(request + "}")).status().etag;
  ASSERT_TRUE(test::eventually([&] { return recording->size() == 1; }));
  const auto accepted = handler.accept(request + R"(,"wait_ms":1,"if_none_match":")" + etag + R"("})", peer);
  const Task& task = std::get<Task>(accepted);
  EXPECT_EQ(handler.attempt(task).kind, Outcome::Kind::unmodified);
  served.host.write("root/file.txt", "another text");
  EXPECT_EQ(ReceivedReply(handler.conclude(handler.attempt(task)).header).status().size, 12U);
  ASSERT_TRUE(test::eventually([&] { return recording->size() == 2; }));
  std::filesystem::remove(served.root() + "/file.txt");
  EXPECT_EQ(ReceivedReply(handler.attempt(task).reply.header).error()->code, "not_found");
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

TEST_F(HandlerTest, TellsWhichFileItIsByGetAndByStat) {
  const std::string id = ReceivedReply(handle(R"({"op":"stat","path":"file.txt"})")).status().id;
  EXPECT_EQ(ReceivedReply(handle(R"({"op":"get","path":"file.txt"})")).chunk().id, id);
  EXPECT_NE(ReceivedReply(handle(R"({"op":"stat","path":"dir/inner.txt"})")).status().id, id);
}

TEST_F(HandlerTest, RefusesTextThatIsNone) {
  served.host.write("root/binary", "\xff");
  EXPECT_EQ(outcome(R"({"op":"get","path":"binary","encoding":"utf8"})"), "not_utf8");
  EXPECT_EQ(outcome(R"({"op":"get","path":"binary","encoding":"base64"})"), "content");
}

TEST_F(HandlerTest, KeepsOpRequestsBelowTheRootToo) {
  for (const std::string op : {"get", "stat", "list", "digest"}) {
    EXPECT_EQ(outcome(R"({"op":")" + op + R"(","path":"../outside"})"), "outside_root") << op;
    EXPECT_EQ(outcome(R"({"op":")" + op + R"(","path":"/etc"})"), "outside_root") << op;
    EXPECT_EQ(outcome(R"({"op":")" + op + R"(","path":"."  ,"root":"other"})"), "unknown_root") << op;
  }
}

TEST_F(HandlerTest, CountsRepliesByTheirCode) {
  (void)handle(R"({"path":"file.txt"})");
  (void)handle(R"({"path":"missing"})");
  (void)handle(R"({"path":"missing"})");
  const std::string stats = handle(R"({"op":"stats"})");
  EXPECT_NE(stats.find(R"("requests":3,)"), std::string::npos) << stats;
  EXPECT_NE(stats.find(R"("not_found":2,)"), std::string::npos) << stats;
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
