#pragma once

#include <string>
#include <string_view>

namespace filer {

/// Makes JSON fit to print on a terminal, with the same meaning: what escape() would not let through, but
/// newlines, becomes \uNNNN; so does, as U+FFFD, what is not UTF-8 and so not JSON either.
[[nodiscard]] std::string escape_json(std::string_view json);

}  // namespace filer
