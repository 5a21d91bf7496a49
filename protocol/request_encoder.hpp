#pragma once

#include <string>
#include <string_view>

namespace filer {

/// {"path":…}. `path` is UTF-8.
[[nodiscard]] std::string encode_classic_request(std::string_view path);

/// {"op":"hello"}
[[nodiscard]] std::string encode_hello_request();

}  // namespace filer
