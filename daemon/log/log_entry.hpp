#pragma once

#include "daemon/config/config.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// The kinds of event, as the journal tells them apart (MESSAGE_ID, 128 random bits each). Never reuse one
/// for another event. systemd/zmq-filerd.catalog explains each to the administrator.
namespace message_id {
// Of the daemon:
inline constexpr std::string_view started = "9dc3ca050e064d369455771340292a0a";
inline constexpr std::string_view stopped = "341355f8f0094b8b84d733d682607e50";
inline constexpr std::string_view failed =
    "7bbdcdb0fd714253b3da9b0c1ae2f39b";  // the daemon cannot start or go on
inline constexpr std::string_view not_opened =
    "23bfdf227dbe4714813152269713d252";  // a socket, before the daemon starts
inline constexpr std::string_view begins_anew =
    "ced6902ec2b56d6acd45dbb699a50e60";  // the daemon ends because it is not well, to be restarted
inline constexpr std::string_view open_to_others =
    "1f3ebf920f424d54804ee6470ebc13c5";  // it listens beyond this host
inline constexpr std::string_view not_confined =
    "5890ddb19d4241eb9df2186505fbc8a0";  // Landlock is not to be had
inline constexpr std::string_view few_descriptors =
    "25292d72f45b4016829c08f4e785121c";  // not enough for all connections that the configuration wants
inline constexpr std::string_view reloaded = "7f3c55c6f1f54f5a8f4f0a5c3fd0b4c1";
inline constexpr std::string_view reload_refused =
    "1e1d0c25b6ab4bb0b4cf0d4d5b0a2c77";  // the new configuration is wrong; the old one stays

// Of requests:
inline constexpr std::string_view request_served = "771eeff5da5c47e897ed6e489dac971b";
inline constexpr std::string_view request_failed =
    "94757f82d98943fda8ef9795f79ee1fe";  // for a reason that lies in what was asked
inline constexpr std::string_view request_refused = "87b078e51a66440aaa688182786cf50a";  // by policy
inline constexpr std::string_view request_not_served =
    "57e99c75756543b1a9b5da524b6b2955";  // for a reason that lies in the host or the daemon

// Of peers:
inline constexpr std::string_view handshake_refused =
    "460091b0ecb747cea6a36abe9a9133b9";  // to a peer that is not authorized
inline constexpr std::string_view peer_cut_off = "5adbe450fd7e41f098a23b9f3fd2c02c";  // it does not read
inline constexpr std::string_view messages_dropped =
    "dcdf5d3adec44d64a1880187065f5512";  // they could not be answered
inline constexpr std::string_view many_connections =
    "31bbf3ed0f1540efb9b2e1a143becfec";  // nearly as many as may be, or no longer
inline constexpr std::string_view connections_turned_away = "ec3a108f412d449c9a7172ae568e3e6c";

// Of the log itself:
inline constexpr std::string_view entries_dropped =
    "4488e372587648f296313e1b7f8025a4";  // the journal did not take them in time
inline constexpr std::string_view entries_left_out =
    "4a35c76ae91f49ffa6ec601c2a686ad5";  // more than log.rate allows
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
