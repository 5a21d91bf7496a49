#pragma once

#include "base/curve_key.hpp"
#include "daemon/config/config.hpp"
#include "daemon/transport/listener.hpp"

#include <zmq.hpp>

#include <vector>

namespace filer {

/// The ROUTER socket of the shard with this number, served by the I/O thread with that number, not bound yet,
/// with all options that its connections are to have. Throws zmq::error_t.
[[nodiscard]] zmq::socket_t make_router(zmq::context_t& context, const Limits& limits, unsigned number);

/// Has it serve all listening sockets. `server_key`: of the daemon; not nullptr where one of them is for
/// CURVE, and then somebody answers for ZAP in the socket's context. Throws zmq::error_t, std::system_error.
void bind_all(zmq::socket_t& router, const std::vector<Listener>& listeners, const CurveKeyPair* server_key);

/// Whether a message can be received. Signals do not disturb it. Throws zmq::error_t.
[[nodiscard]] bool has_message(zmq::socket_ref router);

}  // namespace filer
