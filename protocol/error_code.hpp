#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace filer {

/// Why a request failed, as the wire says it: "error":{"code":"not_found",…}. Clients branch on these; the
/// message beside them is for people. Codes are only ever added.
enum class ErrorCode : std::uint8_t {
  bad_request,      ///< the request is not what docs/protocol.md describes; the message names the member
  unknown_op,       ///< this daemon has no such op
  unknown_root,     ///< no root of that name for this peer
  not_found,        ///< nothing by that name
  outside_root,     ///< the path leads out of the root, itself or by a symbolic link
  access_denied,    ///< the daemon's user may not read it, or the root's policy refuses it
  not_a_file,       ///< something else than a regular file: a directory, FIFO, socket or device
  not_a_directory,  ///< a component of the path that should be a directory is none
  too_large,        ///< larger than the reply may be; the error carries the file's size
  range,            ///< the offset is past the end
  not_utf8,         ///< text was asked for and the bytes are not valid UTF-8
  changed,          ///< the file changed while it was read
  name_too_long,    ///< a path or name longer than the file system takes
  too_many_links,   ///< a loop of symbolic links, or too many of them
  busy,      ///< the daemon has too much in flight for this peer, or in all: read replies, then ask again
  timeout,   ///< the file system did not answer in time
  io_error,  ///< the file system failed
  internal   ///< a fault of the daemon, explained in its journal
};

inline constexpr std::array<std::string_view, 18> error_code_names = {
    "bad_request",   "unknown_op",      "unknown_root", "not_found", "outside_root", "access_denied",
    "not_a_file",    "not_a_directory", "too_large",    "range",     "not_utf8",     "changed",
    "name_too_long", "too_many_links",  "busy",         "timeout",   "io_error",     "internal"};

[[nodiscard]] constexpr std::string_view error_code_name(ErrorCode code) noexcept {
  return error_code_names[static_cast<std::size_t>(code)];
}

/// nullopt: a code this version does not know.
[[nodiscard]] constexpr std::optional<ErrorCode> find_error_code(std::string_view name) noexcept {
  for (std::size_t index = 0; index < error_code_names.size(); ++index) {
    if (error_code_names[index] == name) return static_cast<ErrorCode>(index);
  }
  return std::nullopt;
}

/// A request that fails for a reason its sender is told.
class RequestError : public std::runtime_error {
 public:
  RequestError(ErrorCode error_code, const std::string& message)
      : std::runtime_error(message), code(error_code) {}
  RequestError(ErrorCode error_code, const std::string& message, std::uint64_t file_size)
      : std::runtime_error(message), code(error_code), size(file_size) {}

  ErrorCode code;
  std::optional<std::uint64_t> size;  ///< of the file, with too_large
};

}  // namespace filer
