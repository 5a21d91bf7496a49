#include "tests/unit/daemon/handler/handler_fixture.hpp"

#include "protocol/reply_decoder.hpp"
#include "tests/unit/support/eventually.hpp"

#include <vector>

namespace filer::test {

HandlerTest::HandlerTest()
    : access{
          std::make_shared<AccessRules>(AccessRules::Roots{{"default", {}}}, std::vector<AuthorizedKey>{})} {}

HandlerTest::~HandlerTest() = default;

std::string HandlerTest::handle(std::string_view request) {
  return handler.handle(request, peer).header;
}

std::string HandlerTest::outcome(std::string_view request) {
  const ReceivedReply received(handle(request));
  if (received.error()) return received.error()->code;
  return received.content() ? "content" : "ok";
}

std::string HandlerTest::message_for(std::string_view request) {
  const ReceivedReply received(handle(request));
  return received.error() ? received.error()->message : "no error";
}

LogEntry HandlerTest::logged() {
  EXPECT_TRUE(eventually([&] { return recording->size() > 0; }));
  return recording->entries().at(0);
}

}  // namespace filer::test
