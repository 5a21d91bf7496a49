#pragma once

namespace filer {

/// Whether a character past ASCII only ever prints itself: others move, hide or break the text around them.
[[nodiscard]] bool is_printable(char32_t value) noexcept;

}  // namespace filer
