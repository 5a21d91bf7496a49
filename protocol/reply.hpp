#pragma once

#include "protocol/error_code.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// What every reply carries: when and by which process it was made.
struct ReplyStamp {
  std::int64_t timestamp = 0;  ///< Unix time, ms
  std::int64_t pid = 0;
};

/// What the daemon tells a peer that says hello.
struct Hello {
  std::string version;
  std::vector<std::string> roots;   ///< names this peer may use
  std::uint64_t request_bytes = 0;  ///< the longest request frame
  std::uint64_t content_bytes = 0;  ///< the largest file a classic request gets
  std::string peer;                 ///< its address, as the daemon sees it
};

/// {"content":…,"timestamp":…,"pid":…}; bytes that are not UTF-8 travel as base64, with "encoding":"base64"
/// after the content.
[[nodiscard]] std::string encode_classic_reply(std::string_view content, const ReplyStamp& stamp);

[[nodiscard]] std::string encode_hello_reply(const Hello& hello, const ReplyStamp& stamp);

/// {"error":{"code":…,"message":…},"timestamp":…,"pid":…}
[[nodiscard]] std::string encode_error_reply(ErrorCode code, std::string_view message,
                                             std::optional<std::uint64_t> size, const ReplyStamp& stamp);

}  // namespace filer
