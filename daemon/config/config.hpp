#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace filer {

inline constexpr const char* default_config_file = "/etc/zmq-filer/zmq-filerd.yaml";
inline constexpr const char* default_address = "tcp://127.0.0.1:60401";
inline constexpr const char* default_root_path = "/srv/zmq-filer";
inline constexpr const char* default_root_name = "default";
inline constexpr const char* default_authorized_keys = "/etc/zmq-filer/authorized_keys.d";
inline constexpr const char* server_key_credential = "zmq-filer.curve-key";

/// Where a setting was made, for messages about it: "file:line:column" or the name of an option.
using Where = std::string;

/// One address to listen on.
struct BindConfig {
  std::string address = default_address;  ///< tcp://ADDRESS:PORT or ipc://PATH
  Where where = "default 'bind'";
  bool curve = false;  ///< only peers with an authorized key can connect, and all is encrypted
};

/// A word of a list, and where it stands.
struct Listed {
  std::string text;
  Where where;
};

/// Whom a root is for; see RootAccess.
struct AllowConfig {
  std::vector<Listed> addresses;  ///< each as AddressRange understands it
  std::vector<Listed> users;      ///< names or numbers
  std::vector<Listed> keys;       ///< names
};

/// One allowed directory.
struct RootConfig {
  std::string name = default_root_name;  ///< what a request's `root` selects
  std::string path = default_root_path;  ///< absolute
  bool follow_symlinks = true;           ///< follow symbolic links, while they stay below the root
  bool hidden_files = true;              ///< serve names that begin with a dot
  Where where = "default 'root'";
  std::optional<AllowConfig> allow = {};  ///< not set: everybody who can connect
};

inline constexpr std::uint64_t most_shards = 64;  ///< as many I/O threads as an affinity can name

struct Limits {
  std::uint64_t request_bytes = 64 << 10;  ///< the longest request frame; a peer that sends more is cut off
  std::uint64_t content_bytes =
      16 << 20;                         ///< the largest file a classic request gets, before JSON escapes it
  std::uint64_t chunk_bytes = 1 << 20;  ///< the longest range that one get gets
  std::uint64_t list_entries = 1000;    ///< the longest page of a list
  std::uint64_t wait_ms = 60000;        ///< how long a reply may be held for a change
  std::uint64_t waits_per_peer = 16;    ///< replies held for one peer; past it: busy
  std::uint64_t waits = 10000;          ///< the same, of all peers together
  std::uint64_t pool_threads = 8;       ///< for what may take long
  std::uint64_t deadline_ms =
      30000;  ///< how long a file system may not answer before its requests are given up
  std::uint64_t peer_bytes_in_flight = 16 << 20;  ///< replies one peer has not taken yet; past it: busy
  std::uint64_t bytes_in_flight = 128 << 20;      ///< the same, of all peers together
  std::uint64_t peers = 10000;                    ///< connections; those past it are cut
  std::uint64_t memory_bytes =
      448 << 20;  ///< of the process's own; more for some seconds: it ends, to be restarted
};

/// Importance, as syslog counts it.
enum class LogLevel : std::uint8_t { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

/// Which requests get a log entry.
enum class LogRequests : std::uint8_t { all, errors, none };

struct LogConfig {
  LogLevel level = LogLevel::info;  ///< entries less important than this are not written
  LogRequests requests = LogRequests::all;
  std::uint64_t rate = 1000;  ///< entries a second about one peer, of each kind of event; 0: any number
  std::uint64_t rate_of_all = 5000;  ///< the same about all peers together
};

struct CurveConfig {
  std::string server_key;  ///< the file of the daemon's own key; empty: see server_key_file()
  std::string authorized_keys = default_authorized_keys;  ///< the directory with a file for each
};

/// What is configured: plain values, checked by load_config().
struct Config {
  std::vector<BindConfig> bind = {BindConfig{}};
  std::vector<RootConfig> roots = {RootConfig{}};
  std::uint64_t shards = 0;  ///< threads that serve requests; 0: one for every two processors
  Limits limits;
  LogConfig log;
  bool allow_plaintext = false;  ///< listen beyond this host without encryption
  CurveConfig curve;
};

/// The configuration in force: never changed, but replaced as a whole when it is loaded again. Whoever works
/// by one holds it for as long as that takes.
using ConfigInForce = std::shared_ptr<const Config>;

}  // namespace filer
