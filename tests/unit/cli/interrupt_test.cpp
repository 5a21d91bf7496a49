#include "cli/interrupt.hpp"

#include "cli/exit_status.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace filer {
namespace {

/// Ends the process as a command does that a signal interrupts.
void run_until(int signal) {
  catch_interrupts();
  ::raise(signal);
  try {
    throw_if_interrupted();
  } catch (const CommandError& error) {
    ::_exit(static_cast<int>(error.status));
  }
}

TEST(Interrupt, DoesNothingBeforeASignalCame) {
  EXPECT_NO_THROW(throw_if_interrupted());
}

TEST(InterruptDeathTest, EndsTheCommandAndNotTheProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_until(SIGINT), testing::ExitedWithCode(130), "");
  EXPECT_EXIT(run_until(SIGTERM), testing::ExitedWithCode(130), "");
}

TEST(InterruptDeathTest, EndsTheProcessTheSecondTime) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        catch_interrupts();
        ::raise(SIGINT);
        ::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace filer
