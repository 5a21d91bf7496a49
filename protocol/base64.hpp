#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace filer {

/// Base64 as in RFC 4648 §4: standard alphabet, padded, no line breaks.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// nullopt: not exactly such base64.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace filer
