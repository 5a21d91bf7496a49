#include "cli/pause.hpp"

#include "cli/interrupt.hpp"

#include <poll.h>

#include <algorithm>

namespace filer {

std::chrono::milliseconds GrowingPause::next() noexcept {
  constexpr std::chrono::milliseconds longest{1000};
  const auto length = length_;
  length_ = std::min(length_ * 2, longest);
  return length;
}

void wait_for(std::chrono::milliseconds time) {
  throw_if_interrupted();
  ::poll(nullptr, 0, static_cast<int>(time.count()));  // a signal cuts it short
  throw_if_interrupted();
}

}  // namespace filer
