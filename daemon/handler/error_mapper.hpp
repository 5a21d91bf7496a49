#pragma once

#include "protocol/error_code.hpp"

#include <cstdint>
#include <exception>
#include <optional>
#include <string>

namespace filer {

/// Why a request failed: for its sender, and for the journal.
struct Failure {
  ErrorCode code = ErrorCode::internal;
  std::string message;                ///< what the peer is told
  std::optional<std::uint64_t> size;  ///< of the file, with too_large
  std::string detail;  ///< what only the journal is told: errno and operation, or what went wrong inside
};

/// The one place that turns exceptions and errno into error codes. An exception that wraps others
/// (std::nested_exception) is judged by the outermost that is a RequestError or bears an errno. Never throws
/// but std::bad_alloc.
[[nodiscard]] Failure map_exception(const std::exception_ptr& exception);

}  // namespace filer
