#include "daemon/transport/router.hpp"

#include <cerrno>
#include <cstdint>
#include <stdexcept>

namespace filer {
namespace {

/// Without it, libzmq lets every key in where nobody answers for ZAP. Its library knows the option; its
/// header calls it a draft (zmq_draft.h).
constexpr int zap_enforce_domain = 93;

void set_options(zmq::socket_t& router, const Limits& limits) {
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

void bind(zmq::socket_t& router, const Listener& listener) {
  UniqueFileDescriptor socket = listener.duplicate();
  router.set(zmq::sockopt::use_fd, socket.get());
  router.bind(listener.address());
  (void)socket.release();  // libzmq closes it from now on
  // A second bind with the option still set aborts the process.
  router.set(zmq::sockopt::use_fd, -1);
}

/// Connections come about only where the ZAP handler lets them in.
void select_curve(zmq::socket_t& router, const CurveKeyPair* server_key) {
  if (server_key == nullptr) throw std::logic_error("an address for CURVE, and no key");
  const int enforce = 1;
  router.set(zmq::sockopt::curve_secretkey, server_key->secret_key.text());
  router.set(zmq::sockopt::curve_server, true);
  router.set(zmq::sockopt::zap_domain, "zmq-filer");
  if (::zmq_setsockopt(router.handle(), zap_enforce_domain, &enforce, sizeof enforce) != 0)
    throw zmq::error_t();
}

}  // namespace

zmq::socket_t make_router(zmq::context_t& context, const Limits& limits, unsigned number) {
  zmq::socket_t router(context, zmq::socket_type::router);
  router.set(zmq::sockopt::affinity, std::uint64_t{1} << number);
  set_options(router, limits);
  return router;
}

/// libzmq copies a socket's options when it binds, so that each address has its own; those for CURVE come
/// last, for a domain cannot be taken back. Connections to the others are not asked about, which would cost
/// each of them 10 KiB.
void bind_all(zmq::socket_t& router, const std::vector<Listener>& listeners, const CurveKeyPair* server_key) {
  for (const Listener& listener : listeners) {
    if (!listener.is_for_curve()) bind(router, listener);
  }
  for (const Listener& listener : listeners) {
    if (!listener.is_for_curve()) continue;
    select_curve(router, server_key);
    bind(router, listener);
  }
}

bool has_message(zmq::socket_ref router) {
  while (true) {
    try {
      return (router.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0;
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) throw;
    }
  }
}

}  // namespace filer
