#pragma once

#include "base/file_descriptor.hpp"

#include <zmq.hpp>

#include <vector>

namespace filer {

/// A connection of a ROUTER socket: the number of libzmq's descriptor for it, which a later one may take
/// over.
using Connection = int;

/// Tells which connections of a ROUTER socket, which must outlive it, have ended. Used by the socket's thread
/// alone.
class Connections {
 public:
  /// Throws zmq::error_t.
  Connections(zmq::context_t& context, zmq::socket_ref router);

  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  /// Becomes readable when there is something to take.
  [[nodiscard]] FileDescriptor event() const { return FileDescriptor(events_.get(zmq::sockopt::fd)); }

  /// Those that ended since the last time. libzmq tells the end of a connection before it takes a request
  /// over a later one with the same number: whoever takes these first cannot confuse the two.
  [[nodiscard]] std::vector<Connection> take_ended();

 private:
  zmq::socket_ref router_;
  zmq::socket_t events_;
};

}  // namespace filer
