#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace filer {

/// Any number of times in a fixed memory: each is remembered to within 2 %.
class Latencies {
 public:
  using Duration = std::chrono::nanoseconds;

  void add(Duration time) noexcept;

  /// The time that this share of them (0 to 1) took at most; there must be one.
  [[nodiscard]] Duration at(double share) const noexcept;

  [[nodiscard]] Duration longest() const noexcept { return longest_; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  static constexpr unsigned steps_bits = 6;  ///< so many steps (a power of two) each time the time doubles

  std::array<std::uint64_t, std::size_t{65 - steps_bits} << steps_bits> counts_{};
  std::uint64_t count_ = 0;
  Duration longest_{0};
};

}  // namespace filer
