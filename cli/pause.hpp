#pragma once

#include <chrono>

namespace filer {

/// How long to wait between tries of something that is not there yet: shortly at first, then longer, up to a
/// second.
class GrowingPause {
 public:
  [[nodiscard]] std::chrono::milliseconds next() noexcept;

  /// The next one is the shortest again.
  void reset() noexcept { length_ = shortest; }

 private:
  static constexpr std::chrono::milliseconds shortest{20};

  std::chrono::milliseconds length_ = shortest;
};

/// Throws CommandError (interrupted), at once.
void wait_for(std::chrono::milliseconds time);

}  // namespace filer
