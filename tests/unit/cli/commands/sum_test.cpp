#include "tests/unit/cli/commands/command_test.hpp"

namespace filer {
namespace {

using test::Frames;
using test::stamp;

class SumTest : public test::CommandTest {};

TEST_F(SumTest, TakesNothingButASha256ForOne) {
  for (const char* digest :
       {"", "abc", "\x1b[2J", "../../../../../../../../../../../../../../../../../../../x"}) {
    Digests digests;
    digests.hexadecimal = {digest};
    run(SumOptions{{"x"}}, [&](const std::string&) {
      return Frames{"", encode_digest_reply(digests, stamp)};
    });
    EXPECT_EQ(status, ExitStatus::failed);
    EXPECT_EQ(told, "zmq-filer: " + endpoint + " sent something that is no SHA-256\n");
  }
}

}  // namespace
}  // namespace filer
