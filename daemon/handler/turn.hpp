#pragma once

#include <cstddef>
#include <semaphore>
#include <utility>

namespace filer {

/// The turn to make a large reply, of which there is one in the process: whoever has it may hold one that is
/// not counted as in flight yet. Given back when it goes, on any thread. Nobody who has it waits for a file
/// system.
class Turn {
 public:
  static constexpr std::size_t least_large = 1 << 20;  ///< bytes of a content whose reply takes a turn

  /// None.
  Turn() noexcept = default;

  /// Waits for it.
  [[nodiscard]] static Turn take() {
    one().acquire();
    Turn turn;
    turn.is_taken_ = true;
    return turn;
  }

  Turn(Turn&& other) noexcept : is_taken_(std::exchange(other.is_taken_, false)) {}
  Turn& operator=(Turn&& other) noexcept {
    std::swap(is_taken_, other.is_taken_);
    return *this;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (is_taken_) one().release();
  }

 private:
  static std::binary_semaphore& one() {
    static std::binary_semaphore semaphore(1);
    return semaphore;
  }

  bool is_taken_ = false;
};

}  // namespace filer
