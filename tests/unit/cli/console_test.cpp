#include "cli/console.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace filer {
namespace {

std::string told(const std::function<void()>& tell) {
  testing::internal::CaptureStderr();
  tell();
  return testing::internal::GetCapturedStderr();
}

TEST(Console, NotesOnlyWhereThatIsAskedFor) {
  EXPECT_EQ(told([] { Console(false, Verbosity::normal).note("x"); }), "");
  EXPECT_EQ(told([] { Console(false, Verbosity::verbose).note("x"); }), "zmq-filer: x\n");
}

TEST(Console, WarnsUnlessThatIsRefused) {
  EXPECT_EQ(told([] { Console(false, Verbosity::quiet).warn("x"); }), "");
  EXPECT_EQ(told([] { Console(false, Verbosity::normal).warn("x"); }), "zmq-filer: x\n");
}

TEST(Console, ReportsAFailureWithWhatToTryAndGivesItsStatus) {
  ExitStatus status = ExitStatus::done;
  const CommandError error(ExitStatus::changed, "it changed", "try again");
  EXPECT_EQ(told([&] { status = Console(false, Verbosity::quiet).report(error); }),
            "zmq-filer: it changed\nzmq-filer: try again\n");
  EXPECT_EQ(status, ExitStatus::changed);
}

TEST(Console, LeavesNamesAloneWhereNoTerminalIs) {
  testing::internal::CaptureStdout();
  const Console console(false, Verbosity::normal);
  EXPECT_EQ(console.printable("\x1b\xff"), "\x1b\xff");
  (void)testing::internal::GetCapturedStdout();
}

}  // namespace
}  // namespace filer
