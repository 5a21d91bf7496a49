#pragma once

#include <zmq.hpp>

#include <cerrno>

namespace filer {

/// Like socket.recv(), but not disturbed by signals. False: there is none, with dontwait. Throws
/// zmq::error_t.
inline bool receive_frame(zmq::socket_ref socket, zmq::message_t& frame, zmq::recv_flags flags) {
  while (true) {
    try {
      return socket.recv(frame, flags).has_value();
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) throw;
    }
  }
}

}  // namespace filer
