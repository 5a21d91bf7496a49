#include "cli/reply.hpp"

#include <fmt/format.h>

#include <optional>

namespace filer {

std::string hint_for(std::optional<ErrorCode> code) {
  if (!code) return "the daemon may be newer than this client";
  switch (*code) {
    case ErrorCode::outside_root:
      return "only files below the daemon's roots are served, and links to them that are relative";
    case ErrorCode::not_found:
      return "relative paths begin at the root named 'default'; files of other roots have absolute paths";
    case ErrorCode::access_denied:
      return "'zmq-filer info' tells the roots and ops that are open to you; the daemon's user (zmq-filer) "
             "needs read permission on the file and x on its directories";
    case ErrorCode::unknown_root:
      return "'zmq-filer info' tells the roots that are open to you";
    case ErrorCode::not_a_file:
      return "of directories, 'zmq-filer ls' lists one and 'zmq-filer get -r' copies one";
    case ErrorCode::too_large:
      return "the daemon's limits.content_bytes bounds what one reply can carry";
    case ErrorCode::changed:
    case ErrorCode::busy:
    case ErrorCode::timeout:
      return "try again";
    case ErrorCode::internal:
    case ErrorCode::io_error:
      return "look at 'journalctl -u zmq-filerd' on the daemon's host";
    default:
      return {};
  }
}

ExitStatus exit_status_of(const RemoteError& error) noexcept {
  const auto code = find_error_code(error.code);
  if (code == ErrorCode::not_found) return ExitStatus::not_found;
  if (code == ErrorCode::outside_root || code == ErrorCode::access_denied) return ExitStatus::refused;
  if (code == ErrorCode::changed) return ExitStatus::changed;
  return ExitStatus::failed;
}

CommandError malformed_reply(const std::string& endpoint, std::string_view why) {
  return {ExitStatus::failed, fmt::format("{} sent something that is no reply: {}", endpoint, why),
          "does a zmq-filerd listen there?"};
}

ReceivedReply decode_header(const std::vector<std::string>& frames, const std::string& endpoint) {
  try {
    return ReceivedReply(frames.front());
  } catch (const MalformedReply& error) {
    throw malformed_reply(endpoint, error.what());
  }
}

}  // namespace filer
