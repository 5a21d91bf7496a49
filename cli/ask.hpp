#pragma once

#include "cli/connection.hpp"
#include "protocol/reply_decoder.hpp"

#include <string_view>

namespace filer {

/// Sends a request and decodes the first frame of its reply, which is no error. A daemon that is busy is
/// asked again until the time that the connection gives a reply is up. Throws CommandError, whose text is
/// escaped, for it comes from elsewhere.
[[nodiscard]] ReceivedReply ask(Connection& connection, std::string_view request);

}  // namespace filer
