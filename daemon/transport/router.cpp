#include "daemon/transport/socket_options.hpp"

namespace filer {

void set_router_options(zmq::socket_t& router, const Limits& limits) {
  using namespace zmq::sockopt;
  // A longer frame ends its connection before it is stored. The default is no limit.
  router.set(maxmsgsize, static_cast<std::int64_t>(limits.request_bytes));
  // Requests a peer may have unread here, and replies it may have unsent in libzmq. Small, for each peer has
  // them; the bytes of replies are bounded by the outbox, which also keeps those that find this queue full.
  router.set(rcvhwm, 64);
  router.set(sndhwm, 256);
  // Sending tells "full" and "gone" apart, instead of dropping the reply silently.
  router.set(router_mandatory, 1);
  // At the end, replies get this long (ms) to leave. The default is for ever, behind one peer that does not
  // read.
  router.set(linger, 1000);
  // A connection that does not complete its handshake in this time (ms) is closed.
  router.set(handshake_ivl, 5000);
  // The only thing that drops a peer that never reads: unacknowledged data closes the connection (ms).
  router.set(tcp_maxrt, 30000);
  router.set(tcp_keepalive, 1);
  router.set(tcp_keepalive_idle, 60);
  router.set(tcp_keepalive_intvl, 10);
  router.set(tcp_keepalive_cnt, 6);
  // With heartbeats of its own, libzmq 4.3.4 lets a peer abort this process.
  router.set(heartbeat_ivl, 0);
}

}  // namespace filer
