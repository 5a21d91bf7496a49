#pragma once

#include "cli/exit_status.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace filer {

/// How an endpoint failed to serve.
enum class Failure : std::uint8_t {
  refused,      ///< there is no connection to be had
  unconnected,  ///< it neither accepted nor refused one in time
  ungreeted,    ///< it accepted one and did not speak ZeroMQ
  unanswered,   ///< it did not answer in time
  closed,       ///< it ended the connection
  key_refused,  ///< it does not know our key
  unmatched,    ///< one side wants CURVE, the other does not
  not_agreed    ///< it has another key than we think
};

/// Why no connection to an endpoint comes about, which libzmq does not tell: tries one by itself, for at most
/// a tenth of a second. In words that follow "cannot connect to …: ".
[[nodiscard]] std::string why_unreachable(const std::string& endpoint);

/// The failure of an endpoint as an error: unreachable, or refused where it is for want of the right keys.
/// `silence`: how long it was waited for.
[[nodiscard]] CommandError describe_failure(const std::string& endpoint, Failure failure,
                                            std::chrono::milliseconds silence);

}  // namespace filer
