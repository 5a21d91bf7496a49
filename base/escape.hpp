#pragma once

#include <string>
#include <string_view>

namespace filer {

/// Makes untrusted bytes fit to print on a terminal, in one line of a log or in an error message. Printable
/// UTF-8 stays; a backslash is doubled; control characters, invalid UTF-8 and characters that reorder or hide
/// text (bidirectional controls, line separators, byte order marks) become \n, \t, \r, \xNN (a byte) or \u{N}
/// (a character).
[[nodiscard]] std::string escape(std::string_view untrusted);

/// escape(), in single quotes (which are escaped inside).
[[nodiscard]] std::string quote(std::string_view untrusted);

}  // namespace filer
