#pragma once

#include "cli/exit_status.hpp"
#include "protocol/reply_decoder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// The exit status for an error code of the protocol.
[[nodiscard]] ExitStatus exit_status_of(const RemoteError& error) noexcept;

/// What to try after an error; empty where there is nothing.
[[nodiscard]] std::string hint_for(std::optional<ErrorCode> code);

/// What `endpoint` sent is not what docs/protocol.md describes; `why` is escaped.
[[nodiscard]] CommandError malformed_reply(const std::string& endpoint, std::string_view why);

/// The first frame of a reply from `endpoint`, decoded. Throws CommandError (failed) for what is no reply.
[[nodiscard]] ReceivedReply decode_header(const std::vector<std::string>& frames,
                                          const std::string& endpoint);

}  // namespace filer
