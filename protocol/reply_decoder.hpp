#pragma once

#include "protocol/reply.hpp"

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace filer {

/// An error that the daemon answered with.
struct RemoteError {
  std::string code;  ///< as it came: a newer daemon may send codes that this version does not know
  std::string message;
  std::optional<std::uint64_t> size;
};

/// The first frame of any reply, as far as it goes for all of them.
struct ReplyHeader {
  ReplyStamp stamp;
  std::optional<RemoteError> error;
  std::optional<std::string> content;  ///< the bytes of the file, whatever encoding they came in
};

/// A reply that is not what docs/protocol.md describes.
class MalformedReply : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads the first frame of a reply. Any bytes; throws MalformedReply. Members it does not know are ignored:
/// newer daemons may send more.
[[nodiscard]] ReplyHeader decode_reply(std::string_view bytes);

}  // namespace filer
