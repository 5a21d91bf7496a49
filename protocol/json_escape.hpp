#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// What RFC 8259 §7 demands to be escaped within strings: quotes, backslashes, and control characters below
/// U+0020. Nothing else is.
namespace filer {

/// The size of a text once it is escaped.
[[nodiscard]] std::size_t json_escaped_size(std::string_view text) noexcept;

void append_json_escaped(std::string& out, std::string_view text);

/// The index of the first byte from `from` on that must be escaped; the size of the text where none must.
[[nodiscard]] std::size_t find_json_escape(std::string_view text, std::size_t from) noexcept;

/// The same, for processors without SSE2; see the tests that compare the two.
[[nodiscard]] std::size_t find_json_escape_bytewise(std::string_view text, std::size_t from) noexcept;

}  // namespace filer
