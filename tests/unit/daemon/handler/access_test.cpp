#include "daemon/handler/handler.hpp"
#include "daemon/handler/repeats.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/daemon/in_force.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/recording_sink.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace filer {
namespace {

using Names = std::vector<std::string>;
using test::field;

const std::string laptop_key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const std::string robot_key(40, 'a');

const Peer anybody{"192.0.2.7", "", ""};
const Peer laptop{"192.0.2.7", "", laptop_key};
const Peer robot{"192.0.2.7", "", robot_key};

/// A handler over the roots `default` and `secret`, which is for the key `laptop` only, and what it logs.
class AccessTest : public testing::Test {
 protected:
  static std::shared_ptr<const AccessRules> make_rules(std::vector<AuthorizedKey> keys) {
    AccessRules::Roots roots;
    roots["default"] = {};
    roots["secret"].is_for_some = true;
    roots["secret"].keys = {"laptop"};
    return std::make_shared<AccessRules>(roots, std::move(keys));
  }

  /// "content", "ok", or the code of the error.
  [[nodiscard]] std::string outcome(const std::string& request, const Peer& peer) {
    const ReceivedReply received(handler.handle(request, peer).header);
    if (received.error()) return received.error()->code;
    return received.content() ? "content" : "ok";
  }

  [[nodiscard]] std::string message_for(const std::string& request, const Peer& peer) {
    const ReceivedReply received(handler.handle(request, peer).header);
    return received.error() ? received.error()->message : "no error";
  }

  [[nodiscard]] Hello hello_for(const Peer& peer) {
    return ReceivedReply(handler.handle(R"({"op":"hello"})", peer).header).hello();
  }

  [[nodiscard]] LogEntry logged() {
    EXPECT_TRUE(test::eventually([&] { return recording->size() > 0; }));
    return recording->entries().at(0);
  }

  test::ServedRoot served;
  const std::string secret = served.host.path() + "/outside";
  std::shared_ptr<test::Recording> recording = std::make_shared<test::Recording>();
  Logger logger{LogConfig{LogLevel::debug, LogRequests::all}, test::Recording::make_sink(recording)};
  FileStore files{{served.config, test::root_config(secret, "secret")}};
  AccessTable access{
      make_rules({{"laptop", laptop_key, {}, {}}, {"robot", robot_key, {}, Names{"get", "stat"}}})};
  Statistics statistics;
  Handler handler{test::in_force(), files, access, statistics, logger};
};

TEST_F(AccessTest, IsForRootsThatAreOpenToThePeer) {
  const std::string get = R"({"op":"get","path":"secret.txt","root":"secret"})";
  EXPECT_EQ(outcome(get, laptop), "ok");
  EXPECT_EQ(outcome(get, robot), "access_denied");
  EXPECT_EQ(outcome(get, anybody), "access_denied");
  EXPECT_EQ(outcome(R"({"path":"file.txt"})", anybody), "content");
  EXPECT_EQ(outcome(R"({"path":"file.txt"})", robot), "content");
}

TEST_F(AccessTest, TellsNobodyOfRootsThatAreNotOpenToHim) {
  const auto ask = [&](const std::string& root, const Peer& peer) {
    return message_for(R"({"op":"stat","path":"x","root":")" + root + "\"}", peer);
  };
  EXPECT_EQ(ask("secret", anybody), "'x': you may not use a root named 'secret'; you may use default");
  EXPECT_EQ(ask("nowhere", anybody), "'x': you may not use a root named 'nowhere'; you may use default");
  EXPECT_EQ(ask("nowhere", laptop), "'x': this daemon has no root named 'nowhere'; it has default, secret");
  const std::string absolute = R"({"path":")" + secret + R"(/secret.txt"})";
  const std::string elsewhere = R"({"path":")" + served.host.path() + R"(/nowhere/secret.txt"})";
  EXPECT_EQ(outcome(absolute, laptop), "content");
  EXPECT_EQ(outcome(absolute, anybody), "outside_root");
  const std::string refusal = "the path lies in none of the roots";
  EXPECT_TRUE(message_for(absolute, anybody).ends_with(refusal));
  EXPECT_TRUE(message_for(elsewhere, anybody).ends_with(refusal));
  EXPECT_EQ(hello_for(anybody).roots, Names{"default"});
  EXPECT_EQ(hello_for(laptop).roots, (Names{"default", "secret"}));
}

TEST_F(AccessTest, TellsTheJournalOfARootThatIsNotOpenToThePeer) {
  EXPECT_EQ(outcome(R"({"path":")" + secret + R"(/secret.txt"})", anybody), "outside_root");
  EXPECT_EQ(test::field(logged(), "FILER_DETAIL"),
            "root 'secret' is not open to this peer: see its 'allow', and the file of the peer's key");
}

TEST_F(AccessTest, TellsTheJournalOfNoRootWhereThereIsNone) {
  EXPECT_EQ(outcome(R"({"path":"/nowhere/secret.txt"})", anybody), "outside_root");
  EXPECT_EQ(test::field(logged(), "FILER_DETAIL"), "");
}

TEST_F(AccessTest, IsForTheOpsOfTheKey) {
  EXPECT_EQ(outcome(R"({"op":"stat","path":"file.txt"})", robot), "ok");
  EXPECT_EQ(outcome(R"({"path":"file.txt"})", robot), "content");
  EXPECT_EQ(message_for(R"({"op":"list","path":"."})", robot),
            "your key is not for the op list; hello tells what it is for");
  EXPECT_EQ(outcome(R"({"op":"stats"})", robot), "access_denied");
  EXPECT_EQ(hello_for(robot).ops, (Names{"hello", "get", "stat"}));
  EXPECT_EQ(outcome(R"({"op":"stats"})", laptop), "ok");
}

TEST_F(AccessTest, EndsWithTheKey) {
  access.replace(make_rules({{"robot", robot_key, {}, {}}}));
  for (const char* request : {R"({"op":"hello"})", R"({"op":"stats"})", R"({"path":"file.txt"})",
                              R"({"op":"get","path":"file.txt"})"}) {
    EXPECT_EQ(outcome(request, laptop), "access_denied") << request;
    EXPECT_EQ(message_for(request, laptop).find("your key is not authorized any more") != std::string::npos,
              true);
  }
  EXPECT_EQ(outcome(R"({"op":"list","path":"."})", robot), "ok");
}

TEST_F(AccessTest, LosesWhatIsHeldForAChangeWithTheKey) {
  const std::string etag = files.status(files.locate("file.txt")).etag;
  const Task task = std::get<Task>(handler.accept(
      R"({"op":"stat","path":"file.txt","wait_ms":60000,"if_none_match":")" + etag + "\"}", laptop));
  EXPECT_EQ(handler.attempt(task).kind, Outcome::Kind::unmodified);
  access.replace(make_rules({}));
  EXPECT_EQ(handler.attempt(task).record.code, ErrorCode::access_denied);
}

TEST_F(AccessTest, IsNotSharedWithWhoHasNone) {
  const auto ask = [&](const Peer& peer) {
    return std::get<Task>(handler.accept(R"({"op":"stat","path":"secret.txt","root":"secret"})", peer));
  };
  Repeats repeats;
  Supervision supervision;
  repeats.keep(ask(laptop), handler.perform(ask(laptop), supervision));
  auto same = repeats.find(ask(anybody));
  ASSERT_TRUE(same);
  EXPECT_FALSE(handler.share(ask(anybody), *same));
  EXPECT_TRUE(handler.share(ask(laptop), *same));
  EXPECT_EQ(same->record.key, "laptop");
}

TEST_F(AccessTest, IsRefusedInTheJournalToo) {
  (void)outcome(R"({"op":"list","path":"a","root":"secret"})", robot);
  const LogEntry entry = logged();
  EXPECT_EQ(entry.level, LogLevel::notice);
  EXPECT_EQ(entry.message,
            "192.0.2.7 (key robot): list: access_denied: your key is not for the op list; hello "
            "tells what it is for");
  EXPECT_EQ(field(entry, "FILER_KEY"), "robot");
  EXPECT_EQ(field(entry, "FILER_PEER"), "192.0.2.7");
  EXPECT_EQ(field(entry, "FILER_OP"), "list");
  EXPECT_EQ(field(entry, "FILER_CODE"), "access_denied");
}

TEST_F(AccessTest, ToARootIsRefusedInTheJournalByItsName) {
  (void)outcome(R"({"op":"get","path":"a","root":"secret"})", robot);
  const LogEntry entry = logged();
  EXPECT_EQ(field(entry, "FILER_ROOT"), "secret");
  EXPECT_EQ(field(entry, "FILER_KEY"), "robot");
  EXPECT_EQ(field(entry, "FILER_PATH"), "a");
}

TEST_F(AccessTest, OfAWithdrawnKeyIsLoggedByTheKeyItself) {
  access.replace(make_rules({}));
  (void)outcome(R"({"op":"hello"})", laptop);
  EXPECT_EQ(field(logged(), "FILER_KEY"), laptop_key);
}

}  // namespace
}  // namespace filer
