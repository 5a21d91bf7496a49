#pragma once

#include <gtest/gtest.h>

#include <thread>

namespace filer::test {

/// Makes a system call fail without being made, for the calling thread and those that it starts, for good;
/// false where the kernel does not let it.
[[nodiscard]] bool fail_call(unsigned call, int error_number);

/// Runs `action` in a thread in which `call` fails so.
template <class Action>
void with_failing_call(unsigned call, int error_number, const Action& action) {
  std::thread([&] {
    ASSERT_TRUE(fail_call(call, error_number));
    action();
  }).join();
}

}  // namespace filer::test
