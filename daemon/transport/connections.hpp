#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/config/config.hpp"
#include "daemon/statistics.hpp"

#include <zmq.hpp>

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace filer {

/// A connection of a ROUTER socket: the number of libzmq's descriptor for it, which a later one may take
/// over.
using Connection = int;

/// The connections of a ROUTER socket, which must outlive this. Used by the socket's thread alone.
class Connections {
 public:
  /// Counts them in the statistics, and cuts those that make it more than limits.peers, of all sockets:
  /// libzmq has no limit. What it refers to must outlive it; the limits may change between calls. Throws
  /// zmq::error_t.
  Connections(zmq::context_t& context, zmq::socket_ref router, Statistics& statistics, const Limits& limits);

  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// Becomes readable when there is something to take.
  [[nodiscard]] FileDescriptor event() const { return FileDescriptor(events_.get(zmq::sockopt::fd)); }

  /// What happened to them.
  struct Changes {
    std::vector<Connection> ended;
    bool accepting_failed = false;  ///< the host has nothing left to accept one with
  };

  /// What happened since the last time. libzmq tells the end of a connection before it takes a request
  /// over a later one with the same number: whoever takes these first cannot confuse the two.
  [[nodiscard]] Changes take_changes();

  /// Which one of all that there ever were goes by this number now; 0: none. Tells a later connection apart
  /// that took the number over.
  [[nodiscard]] std::uint64_t serial_of(Connection connection) const;

  /// Ends one, as if the network had; libzmq then notices, and its end is told as that of others. One that
  /// has ended already is left alone, as far as that is known: another that took its number in this very
  /// moment would be cut instead.
  void cut(Connection connection);

  /// Cuts the one that began last, so that its descriptor is free; nothing while one that was cut so has not
  /// ended yet, or where there is none.
  void cut_newest();

 private:
  void begin(Connection connection);
  void end(Connection connection);

  zmq::socket_ref router_;
  Statistics& statistics_;
  const Limits& limits_;
  zmq::socket_t events_;
  std::unordered_map<Connection, std::uint64_t> open_;  ///< and the serial of each
  std::uint64_t begun_ = 0;
  std::optional<Connection> sacrificed_;  ///< cut as the newest, and not ended yet
};

/// Whether its peer is a process of this host, over a socket file.
[[nodiscard]] bool is_ipc(Connection connection) noexcept;

}  // namespace filer
