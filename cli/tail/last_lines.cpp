#include "cli/tail/last_lines.hpp"

#include <algorithm>

namespace filer {

std::uint64_t find_last_lines(std::uint64_t size, std::uint64_t lines, const RangeReader& read) {
  constexpr std::uint64_t range = 64 << 10;
  if (lines == 0) return size;
  for (std::uint64_t end = size; end > 0; end -= std::min(end, range)) {
    const std::uint64_t from = end - std::min(end, range);
    const std::string bytes = read(from, end);
    for (std::size_t index = bytes.size(); index-- > 0;) {
      const std::uint64_t behind = from + index + 1;
      // The newline at the very end ends the last line; it begins none.
      if (bytes[index] == '\n' && behind != size && --lines == 0) return behind;
    }
  }
  return 0;
}

}  // namespace filer
