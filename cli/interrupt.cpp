#include "cli/interrupt.hpp"

#include "cli/exit_status.hpp"

#include <signal.h>

namespace filer {
namespace {

volatile sig_atomic_t interrupted = 0;

void remember(int) {
  interrupted = 1;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second one ends the process
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::sigaction(SIGHUP, &action, nullptr);
}

void throw_if_interrupted() {
  if (interrupted != 0) throw CommandError(ExitStatus::interrupted, "interrupted");
}

}  // namespace filer
