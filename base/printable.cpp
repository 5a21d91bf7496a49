#include "base/printable.hpp"

#include <algorithm>
#include <iterator>

namespace filer {
namespace {

struct Range {
  char32_t first, last;
};

constexpr Range unprintable[] = {
    {0x80, 0x9f},        // C1 controls: some terminals obey them
    {0xad, 0xad},        // soft hyphen
    {0x61c, 0x61c},      // Arabic letter mark
    {0x200b, 0x200f},    // zero width and directional marks
    {0x2028, 0x202e},    // line separators, bidirectional embeddings
    {0x2060, 0x206f},    // invisible operators, bidirectional isolates
    {0xfeff, 0xfeff},    // byte order mark
    {0xfff9, 0xfffb},    // interlinear annotation
    {0xe0000, 0xe0fff},  // tags
};

}  // namespace

bool is_printable(char32_t value) noexcept {
  return std::none_of(std::begin(unprintable), std::end(unprintable),
                      [value](const Range& range) { return value >= range.first && value <= range.last; });
}

}  // namespace filer
