#include "daemon/handler/handler.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/unit/daemon/handler/handler_fixture.hpp"
#include "tests/unit/support/eventually.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace filer {
namespace {

using test::field;
using test::HandlerTest;

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

TEST_F(HandlerTest, HasNoSecondFrameWhereThereAreNoRawBytes) {
  for (const char* request :
       {R"({"path":"file.txt"})", R"({"op":"get","path":"missing"})", R"({"op":"stat","path":"file.txt"})",
        R"({"op":"get","path":"file.txt","encoding":"utf8"})", R"({"op":"list","path":"."})", "nonsense"}) {
    EXPECT_FALSE(handler.handle(request, peer).data) << request;
  }
}

TEST_F(HandlerTest, TellsWhichFileItIsByGetAndByStat) {
  const std::string id = ReceivedReply(handle(R"({"op":"stat","path":"file.txt"})")).status().id;
  EXPECT_EQ(ReceivedReply(handle(R"({"op":"get","path":"file.txt"})")).chunk().id, id);
  EXPECT_NE(ReceivedReply(handle(R"({"op":"stat","path":"dir/inner.txt"})")).status().id, id);
}

TEST_F(HandlerTest, KeepsOpRequestsBelowTheRootToo) {
  for (const std::string op : {"get", "stat", "list", "digest"}) {
    EXPECT_EQ(outcome(R"({"op":")" + op + R"(","path":"../outside"})"), "outside_root") << op;
    EXPECT_EQ(outcome(R"({"op":")" + op + R"(","path":"/etc"})"), "outside_root") << op;
    EXPECT_EQ(outcome(R"({"op":")" + op + R"(","path":"."  ,"root":"other"})"), "unknown_root") << op;
  }
}

}  // namespace
}  // namespace filer
