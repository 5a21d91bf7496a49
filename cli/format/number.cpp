#include "cli/format/number.hpp"

#include <fmt/format.h>

#include <iterator>

namespace filer {

std::string format_human_size(double bytes) {
  constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  constexpr double factor = 1024;
  constexpr double rounds_to_factor = 1023.95;
  if (bytes < factor) return fmt::format("{:.0f} B", bytes);
  std::size_t unit = 0;
  while (bytes >= rounds_to_factor && unit + 1 < std::size(units)) {
    bytes /= factor;
    ++unit;
  }
  return fmt::format("{:.1f} {}", bytes, units[unit]);
}

std::string format_mode(std::uint32_t mode) {
  std::string text = "rwxrwxrwx";
  for (std::size_t bit = 0; bit < text.size(); ++bit) {
    if ((mode >> (text.size() - 1 - bit) & 1U) == 0) text[bit] = '-';
  }
  struct Special {
    std::uint32_t bit;
    std::size_t at;
    char with_x, without_x;
  };
  constexpr Special specials[] = {{04000, 2, 's', 'S'}, {02000, 5, 's', 'S'}, {01000, 8, 't', 'T'}};
  for (const Special& special : specials) {
    if ((mode & special.bit) == 0) continue;
    text[special.at] = text[special.at] == 'x' ? special.with_x : special.without_x;
  }
  return text;
}

}  // namespace filer
