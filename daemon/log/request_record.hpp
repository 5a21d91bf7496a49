#pragma once

#include "daemon/log/log_entry.hpp"
#include "protocol/error_code.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace filer {

/// What the journal is told of one request. Made on a shard's thread and turned into text on the logger's.
struct RequestRecord {
  std::string_view op;  ///< a literal; empty: the request was not understood
  std::string root;
  std::string path;  ///< as the peer sent it
  std::optional<ErrorCode> code;
  std::string error;      ///< what the peer was told, with a code
  std::string detail;     ///< what only the journal is told
  std::size_t bytes = 0;  ///< of the reply
  std::chrono::microseconds duration{0};
  std::string peer;
  std::string user;
  std::string key;  ///< under CURVE: the name of the peer's key, or the key itself where it has none
};

/// How important a request is to those who read the journal: served ones and honest mistakes are info,
/// refusals by policy notice, a host that fails warning, a fault of the daemon error.
[[nodiscard]] LogLevel level_of(const RequestRecord& record) noexcept;

/// Which kind of event it is.
[[nodiscard]] std::string_view message_id_of(const RequestRecord& record) noexcept;

[[nodiscard]] LogEntry make_entry(const RequestRecord& record);

}  // namespace filer
