#pragma once

#include <chrono>
#include <thread>

namespace filer::test {

/// How long a test waits for what must come; only a test that fails waits so long.
inline constexpr std::chrono::seconds patience{20};

/// Whether `condition` comes true before the time is up.
template <class Condition>
[[nodiscard]] bool eventually(const Condition& condition, std::chrono::milliseconds time = patience) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace filer::test
