#pragma once

#include "daemon/config/config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// The kinds of event, as the journal tells them apart (MESSAGE_ID, 128 random bits each). Never reuse one
/// for another event.
namespace message_id {
inline constexpr std::string_view started = "9dc3ca050e064d369455771340292a0a";
inline constexpr std::string_view stopped = "341355f8f0094b8b84d733d682607e50";
inline constexpr std::string_view failed =
    "7bbdcdb0fd714253b3da9b0c1ae2f39b";  // the daemon cannot start or go on
inline constexpr std::string_view begins_anew =
    "ced6902ec2b56d6acd45dbb699a50e60";  // the daemon ends because it is not well, to be restarted
inline constexpr std::string_view reloaded = "7f3c55c6f1f54f5a8f4f0a5c3fd0b4c1";
inline constexpr std::string_view reload_refused = "1e1d0c25b6ab4bb0b4cf0d4d5b0a2c77";
inline constexpr std::string_view request_served = "771eeff5da5c47e897ed6e489dac971b";
inline constexpr std::string_view request_failed = "94757f82d98943fda8ef9795f79ee1fe";
inline constexpr std::string_view entries_dropped = "4488e372587648f296313e1b7f8025a4";
inline constexpr std::string_view peer_trouble =
    "d5e5ffcd343b4b0c81797710107255b2";  // a message or a reply had to be dropped
inline constexpr std::string_view handshake_refused =
    "460091b0ecb747cea6a36abe9a9133b9";  // a peer's CURVE key is not authorized
}  // namespace message_id

/// One event, ready to be written. Text from outside is escaped by whoever makes the entry.
struct LogEntry {
  struct Field {
    std::string_view name;  ///< a literal: FILER_…
    std::string value;
  };

  LogLevel level = LogLevel::info;
  std::string_view message_id;  ///< one of the above
  std::string message;
  std::vector<Field> fields;
};

}  // namespace filer
