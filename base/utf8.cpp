#include "base/utf8.hpp"

namespace filer {
namespace {

struct Form {
  std::size_t length;
  char32_t smallest;  ///< below this the form is overlong
  unsigned char lead_mask, lead_bits;
};

constexpr Form forms[] = {
    {1, 0x0, 0x80, 0x00}, {2, 0x80, 0xe0, 0xc0}, {3, 0x800, 0xf0, 0xe0}, {4, 0x10000, 0xf8, 0xf0}};

}  // namespace

CodePoint first_code_point(std::string_view text) noexcept {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  for (const Form& form : forms) {
    if ((byte(0) & form.lead_mask) != form.lead_bits) continue;
    if (text.size() < form.length) return {};
    char32_t value = byte(0) & static_cast<unsigned char>(~form.lead_mask);
    for (std::size_t index = 1; index < form.length; ++index) {
      if ((byte(index) & 0xc0) != 0x80) return {};
      value = value << 6 | (byte(index) & 0x3f);
    }
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < form.smallest || value > 0x10ffff || surrogate) return {};
    return {value, form.length};
  }
  return {};
}

}  // namespace filer
