#pragma once

#include <string>

namespace filer {

/// Why no connection to an endpoint comes about, which libzmq does not tell: tries one by itself, for at most
/// a tenth of a second. In words that follow "cannot connect to …: ".
[[nodiscard]] std::string why_unreachable(const std::string& endpoint);

}  // namespace filer
