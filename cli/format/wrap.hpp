#pragma once

#include <string>
#include <string_view>

namespace filer {

/// A text in lines of at most `width` characters, broken at spaces, all but the first indented; a longer word
/// has a line of its own. Without a newline at the end.
[[nodiscard]] std::string wrap_words(std::string_view text, std::size_t width);

}  // namespace filer
