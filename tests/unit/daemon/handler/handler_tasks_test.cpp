#include "daemon/handler/handler.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/daemon/in_force.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/recording_sink.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace filer {
namespace {

using test::field;

/// Tasks of a handler over a root with a few files.
class HandlerTasks : public testing::Test {
 protected:
  [[nodiscard]] Task task_of(std::string_view request) {
    return std::get<Task>(handler.accept(request, peer));
  }

  /// Where a task's file lies; "nowhere" where it has none.
  [[nodiscard]] std::string location_of(std::string_view request) {
    const auto location = handler.location_of(task_of(request));
    return location ? location->root->name() + ":" + location->path : "nowhere";
  }

  /// The one entry that the journal has been told.
  [[nodiscard]] LogEntry logged() {
    EXPECT_TRUE(test::eventually([&] { return recording->size() == 1; }));
    return recording->entries().at(0);
  }

  test::ServedRoot served;
  std::shared_ptr<test::Recording> recording = std::make_shared<test::Recording>();
  Logger logger{LogConfig{LogLevel::debug, LogRequests::all}, test::Recording::make_sink(recording)};
  FileStore files = served.open();
  Peer peer{"192.0.2.7", ""};
  Statistics statistics;
  AccessTable access{
      std::make_shared<AccessRules>(AccessRules::Roots{{"default", {}}}, std::vector<AuthorizedKey>{})};
  Handler handler{test::in_force(), files, access, statistics, logger};
};

TEST_F(HandlerTasks, AreAboutTheFileThatTheyName) {
  EXPECT_EQ(location_of(R"({"path":"file.txt"})"), "default:file.txt");
  EXPECT_EQ(location_of(R"({"op":"stat","path":"missing"})"), "default:missing");
  EXPECT_EQ(location_of(R"({"op":"get","path":")" + served.root() + R"(/file.txt"})"), "default:file.txt");
}

TEST_F(HandlerTasks, AreAboutNothingWhereNoFileIsNamedOrNoneCanBe) {
  EXPECT_EQ(location_of(R"({"op":"hello"})"), "nowhere");
  EXPECT_EQ(location_of(R"({"op":"get","path":"file.txt","root":"logs"})"), "nowhere");
  EXPECT_EQ(location_of(R"({"path":"/etc/passwd"})"), "nowhere");
}

TEST_F(HandlerTasks, AreRefusedByTheNameOfTheirFile) {
  const Task task = task_of(R"({"op":"digest","path":"file.txt","root":"default"})");
  const ReceivedReply refused(handler.refuse(ErrorCode::timeout, "it took too long", task).header);
  EXPECT_EQ(refused.error()->code, "timeout");
  EXPECT_EQ(refused.error()->message, "'file.txt': it took too long");
  EXPECT_EQ(field(logged(), "FILER_OP"), "digest");
  EXPECT_EQ(field(logged(), "FILER_ROOT"), "default");
  EXPECT_EQ(field(logged(), "FILER_PATH"), "file.txt");
}

TEST_F(HandlerTasks, AreRefusedWithoutANameWhereTheyHaveNone) {
  const ReceivedReply refused(
      handler.refuse(ErrorCode::busy, "too much", task_of(R"({"op":"stats"})")).header);
  EXPECT_EQ(refused.error()->message, "too much");
  EXPECT_EQ(field(logged(), "FILER_OP"), "stats");
  EXPECT_EQ(field(logged(), "FILER_PATH"), "");
}

/// A directory that a file took the place of has no listing any more, whichever etag the client has.
TEST_F(HandlerTasks, OfAListingFindWhatIsNoDirectory) {
  const std::string status = handler.handle(R"({"op":"stat","path":"file.txt"})", peer).header;
  const std::string etag = ReceivedReply(status).status().etag;
  for (const std::string& unwanted : {etag, std::string("other")}) {
    const std::string request = R"({"op":"list","path":"file.txt","if_none_match":")" + unwanted + "\"}";
    EXPECT_EQ(ReceivedReply(handler.handle(request, peer).header).error()->code, "not_a_directory")
        << unwanted;
  }
}

/// One at a time: the second would wait for ever if the first had kept its turn.
TEST_F(HandlerTasks, ThatGetALargeContentTakeTurns) {
  const std::string content((1 << 20) + 1, 'x');
  served.host.write("root/large", content);
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(ReceivedReply(handler.handle(R"({"path":"large"})", peer).header).content(), content);
  }
}

TEST_F(HandlerTasks, AreBusyWhereThereIsNoRoomForTheirReply) {
  const std::string reply = handler.handle(R"({"op":"stat","path":"file.txt"})", peer, 10).header;
  EXPECT_EQ(ReceivedReply(reply).error()->code, "busy");
}

}  // namespace
}  // namespace filer
