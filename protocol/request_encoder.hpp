#pragma once

#include "protocol/request.hpp"

#include <string>

namespace filer {

/// The request as one frame, without members that say what holds anyway. A path that is not UTF-8 travels as
/// `path_base64`; a classic request has no other name for it, and its path must be UTF-8.
[[nodiscard]] std::string encode_request(const Request& request);

}  // namespace filer
