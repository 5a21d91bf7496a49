#include "cli/latencies.hpp"

#include <algorithm>
#include <bit>

namespace filer {
namespace {

/// Times below 2^bits have a step each; above, each doubling has 2^bits steps.
std::size_t step_of(std::uint64_t time, unsigned bits) {
  const auto width = static_cast<unsigned>(std::bit_width(time));
  if (width <= bits) return time;
  const unsigned shift = width - bits - 1;
  return (std::size_t{shift + 1} << bits) + (time >> shift) - (std::size_t{1} << bits);
}

/// The longest time of a step.
std::uint64_t end_of(std::size_t step, unsigned bits) {
  const std::size_t doubling = step >> bits;
  if (doubling == 0) return step;
  const std::uint64_t in_step = (step & ((std::size_t{1} << bits) - 1)) + (std::uint64_t{1} << bits);
  return ((in_step + 1) << (doubling - 1)) - 1;
}

}  // namespace

void Latencies::add(Duration time) noexcept {
  longest_ = std::max(longest_, time);
  ++counts_[step_of(static_cast<std::uint64_t>(std::max(time.count(), Duration::rep{0})), steps_bits)];
  ++count_;
}

Latencies::Duration Latencies::at(double share) const noexcept {
  const auto rank = static_cast<std::uint64_t>(share * static_cast<double>(count_ - 1));
  std::uint64_t seen = 0;
  for (std::size_t step = 0; step < counts_.size(); ++step) {
    seen += counts_[step];
    if (seen > rank) {
      return std::min(Duration(static_cast<Duration::rep>(end_of(step, steps_bits))), longest_);
    }
  }
  return longest_;
}

}  // namespace filer
