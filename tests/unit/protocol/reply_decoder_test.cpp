#include "protocol/reply_decoder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace filer {
namespace {

using namespace std::string_literals;

std::string refusal_of(std::string_view bytes) {
  try {
    (void)ReceivedReply(bytes).content();
    return "accepted";
  } catch (const MalformedReply& error) {
    return error.what();
  }
}

TEST(ReplyDecoder, ReadsAClassicReply) {
  const ReceivedReply reply(R"({"content":"hi","timestamp":17,"pid":42})");
  EXPECT_EQ(reply.content(), "hi");
  EXPECT_EQ(reply.stamp().timestamp, 17);
  EXPECT_EQ(reply.stamp().pid, 42);
  EXPECT_FALSE(reply.error());
}

TEST(ReplyDecoder, ReadsContentInBase64) {
  EXPECT_EQ(ReceivedReply(R"({"content":"AP8=","encoding":"base64","timestamp":1,"pid":1})").content(),
            "\0\xff"s);
}

TEST(ReplyDecoder, ReadsEmptyContentAsContent) {
  EXPECT_EQ(ReceivedReply(R"({"content":"","timestamp":1,"pid":1})").content(), "");
}

TEST(ReplyDecoder, ReadsAReplyWithoutContent) {
  EXPECT_EQ(ReceivedReply(R"({"server":"zmq-filerd","timestamp":1,"pid":1})").content(), std::nullopt);
}

TEST(ReplyDecoder, ReadsAnError) {
  const ReceivedReply reply(
      R"({"error":{"code":"too_large","message":"too large","size":99},"timestamp":1,"pid":1})");
  ASSERT_TRUE(reply.error());
  EXPECT_EQ(reply.error()->code, "too_large");
  EXPECT_EQ(reply.error()->message, "too large");
  EXPECT_EQ(reply.error()->size, 99U);
  EXPECT_EQ(reply.content(), std::nullopt);
}

TEST(ReplyDecoder, ReadsAnErrorOfANewerDaemon) {
  const ReceivedReply reply(
      R"({"error":{"code":"not_today","message":"m","until":{"x":1}},"more":[],"timestamp":1,"pid":1})");
  ASSERT_TRUE(reply.error());
  EXPECT_EQ(reply.error()->code, "not_today");
  EXPECT_EQ(reply.error()->size, std::nullopt);
}

TEST(ReplyDecoder, NeverTakesAnErrorForContent) {
  EXPECT_EQ(ReceivedReply(R"({"content":"x","error":{"code":"busy","message":"m"},"timestamp":1,"pid":1})")
                .content(),
            std::nullopt);
}

TEST(ReplyDecoder, RefusesWhatIsNoJsonObject) {
  EXPECT_EQ(refusal_of("[]"), "not a JSON object");
  EXPECT_EQ(refusal_of("null"), "not a JSON object");
  for (const auto& bytes :
       {""s, "\0"s, "{"s, "HTTP/1.1 400 Bad Request"s, "\xff"s, std::string(1 << 20, '[')}) {
    EXPECT_TRUE(refusal_of(bytes).starts_with("not valid JSON: ")) << bytes.substr(0, 20);
  }
}

TEST(ReplyDecoder, RefusesAReplyWithoutItsStamp) {
  EXPECT_EQ(refusal_of(R"({"content":"x","pid":1})"), "member 'timestamp' is missing");
  EXPECT_EQ(refusal_of(R"({"content":"x","timestamp":1})"), "member 'pid' is missing");
}

TEST(ReplyDecoder, RefusesMembersOfAnotherType) {
  EXPECT_EQ(refusal_of(R"({"timestamp":"1","pid":1})"), "member 'timestamp' has an unexpected type");
  EXPECT_EQ(refusal_of(R"({"timestamp":1.5,"pid":1})"), "member 'timestamp' has an unexpected type");
  EXPECT_EQ(refusal_of(R"({"content":1,"timestamp":1,"pid":1})"), "member 'content' has an unexpected type");
  EXPECT_EQ(refusal_of(R"({"error":"x","timestamp":1,"pid":1})"), "member 'error' has an unexpected type");
  EXPECT_EQ(refusal_of(R"({"error":{"code":1,"message":"m"},"timestamp":1,"pid":1})"),
            "member 'code' has an unexpected type");
  EXPECT_EQ(refusal_of(R"({"error":{"code":"busy","message":"m","size":-1},"timestamp":1,"pid":1})"),
            "member 'size' has an unexpected type");
}

TEST(ReplyDecoder, RefusesAnErrorWithoutCodeOrMessage) {
  EXPECT_EQ(refusal_of(R"({"error":{"message":"m"},"timestamp":1,"pid":1})"), "member 'code' is missing");
  EXPECT_EQ(refusal_of(R"({"error":{"code":"busy"},"timestamp":1,"pid":1})"), "member 'message' is missing");
}

TEST(ReplyDecoder, RefusesContentThatIsNotWhatItsEncodingSays) {
  EXPECT_EQ(refusal_of(R"({"content":"not base64","encoding":"base64","timestamp":1,"pid":1})"),
            "content is not the base64 it claims to be");
  EXPECT_EQ(refusal_of(R"({"content":"x","encoding":"gzip","timestamp":1,"pid":1})"),
            "content in an unknown encoding");
  EXPECT_EQ(refusal_of(R"({"content":"x","encoding":null,"timestamp":1,"pid":1})"),
            "member 'encoding' has an unexpected type");
}

TEST(ReplyDecoder, RefusesEveryTruncationOfAReply) {
  for (const auto& whole : {R"({"content":"AP8=","encoding":"base64","timestamp":1,"pid":1})"s,
                            R"({"error":{"code":"busy","message":"é\n","size":5},"timestamp":1,"pid":1})"s}) {
    EXPECT_EQ(refusal_of(whole), "accepted");
    for (std::size_t size = 0; size < whole.size(); ++size) {
      EXPECT_TRUE(refusal_of(whole.substr(0, size)).starts_with("not valid JSON: ")) << size;
    }
  }
}

/// What is said of a reply when `read` takes it for what it is not; "accepted" where it is.
template <class Read>
std::string refusal_by(const std::string& bytes, const Read& read) {
  try {
    read(ReceivedReply(bytes));
    return "accepted";
  } catch (const MalformedReply& error) {
    return error.what();
  }
}

/// Members that a kind of reply must have, and how it is read.
struct Kind {
  std::vector<std::string> members;
  void (*read)(const ReceivedReply&);
};

const std::vector<Kind> kinds = {
    {{R"("version":"1")", R"("ops":["get"])", R"("roots":["default"])", R"("limits":{"x":1})",
      R"("peer":"p")"},
     [](const ReceivedReply& reply) { (void)reply.hello(); }},
    {{R"("etag":"e")", R"("size":1)", R"("offset":0)", R"("length":1)", R"("eof":true)", R"("mtime":1)",
      R"("mode":420)", R"("id":"i")"},
     [](const ReceivedReply& reply) { (void)reply.chunk(); }},
    {{R"("type":"file")", R"("size":1)", R"("mtime":1)", R"("mode":420)", R"("etag":"e")", R"("id":"i")"},
     [](const ReceivedReply& reply) { (void)reply.status(); }},
    {{R"("entries":[{"name":"n","type":"file","size":1,"mtime":1}])", R"("etag":"e")"},
     [](const ReceivedReply& reply) { (void)reply.page(); }},
    {{R"("etag":"e")", R"("size":1)", R"("offset":0)", R"("length":1)", R"("eof":true)", R"("digest":"d")"},
     [](const ReceivedReply& reply) { (void)reply.digests(); }},
    {{R"("etag":"e")", R"("size":1)", R"("offset":0)", R"("length":1)", R"("eof":true)",
      R"("chunk":1,"digests":[])"},
     [](const ReceivedReply& reply) { (void)reply.digests(); }},
};

std::string reply_of(const std::vector<std::string>& members) {
  std::string text = "{";
  for (const std::string& member : members) text += member + ',';
  return text + R"("timestamp":1,"pid":1})";
}

TEST(ReplyDecoder, RefusesAReplyThatLacksAMemberOfItsKind) {
  for (const Kind& kind : kinds) {
    EXPECT_EQ(refusal_by(reply_of(kind.members), kind.read), "accepted") << reply_of(kind.members);
    for (std::size_t index = 0; index < kind.members.size(); ++index) {
      std::vector<std::string> members = kind.members;
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(index));
      EXPECT_NE(refusal_by(reply_of(members), kind.read).find(" is missing"), std::string::npos)
          << reply_of(members);
    }
  }
}

TEST(ReplyDecoder, RefusesAReplyWithAMemberOfAnotherType) {
  for (const Kind& kind : kinds) {
    for (std::size_t index = 0; index < kind.members.size(); ++index) {
      for (const char* other : {"null", "{}", "-1.5", "[[]]"}) {
        std::vector<std::string> members = kind.members;
        const std::string name = members[index].substr(0, members[index].find(':') + 1);
        if (name == R"("limits":)" && other == "{}"s) continue;
        members[index] = name + other;
        EXPECT_NE(refusal_by(reply_of(members), kind.read), "accepted") << reply_of(members);
      }
    }
  }
}

TEST(ReplyDecoder, IgnoresMembersOfANewerDaemon) {
  for (const Kind& kind : kinds) {
    std::vector<std::string> members = kind.members;
    members.insert(members.begin(), R"("later":{"x":[null]})");
    EXPECT_EQ(refusal_by(reply_of(members), kind.read), "accepted") << reply_of(members);
  }
}

TEST(ReplyDecoder, TakesATypeOfANewerDaemonForAnother) {
  const ReceivedReply reply(
      R"({"type":"volume","size":1,"mtime":1,"mode":420,"etag":"e","id":"i","timestamp":1,"pid":1})");
  EXPECT_EQ(reply.status().type, FileType::other);
}

TEST(ReplyDecoder, TakesOnlyThePermissionBitsOfAMode) {
  const ReceivedReply reply(
      R"({"type":"file","size":1,"mtime":1,"mode":4294934004,"etag":"e","id":"i","timestamp":1,"pid":1})");
  EXPECT_EQ(reply.status().mode, 4294934004U & 07777U);
}

TEST(ReplyDecoder, RefusesAnEntryThatIsNone) {
  const auto read_page = [](const ReceivedReply& reply) { (void)reply.page(); };
  const auto refusal = [&](const std::string& entry) {
    return refusal_by(reply_of({"\"entries\":[" + entry + "]", R"("etag":"e")"}), read_page);
  };
  EXPECT_EQ(refusal("7"), "an entry is no object");
  EXPECT_EQ(refusal(R"({"type":"file","size":1,"mtime":1})"), "member 'name_base64' is missing");
  EXPECT_EQ(refusal(R"({"name_base64":"?","type":"file","size":1,"mtime":1})"),
            "name_base64 is not the base64 it claims to be");
  EXPECT_EQ(refusal(R"({"name":"n","type":"file","size":-1,"mtime":1})"),
            "member 'size' has an unexpected type");
}

TEST(ReplyDecoder, TakesNumbersAloneForLimitsAndStatistics) {
  const ReceivedReply reply(reply_of({R"("requests":7)", R"("since":"monday")", R"("ratio":0.5)"}));
  const std::vector<NamedNumber> statistics = reply.statistics();
  ASSERT_EQ(statistics.size(), 1U);
  EXPECT_EQ(statistics[0].name, "requests");
  EXPECT_EQ(statistics[0].value, 7U);
}

TEST(ReplyDecoder, NeverTakesAnErrorForNotModified) {
  EXPECT_FALSE(
      ReceivedReply(R"({"not_modified":true,"error":{"code":"busy","message":"m"},"timestamp":1,"pid":1})")
          .is_not_modified());
  EXPECT_FALSE(ReceivedReply(R"({"not_modified":false,"timestamp":1,"pid":1})").is_not_modified());
}

TEST(ReplyDecoder, CanBeHandedOn) {
  ReceivedReply reply(R"({"content":"first","timestamp":1,"pid":1})");
  ReceivedReply other = std::move(reply);
  EXPECT_EQ(other.content(), "first");
  other = ReceivedReply(R"({"content":"second","timestamp":2,"pid":1})");
  EXPECT_EQ(other.content(), "second");
  EXPECT_EQ(other.stamp().timestamp, 2);
}

}  // namespace
}  // namespace filer
