#include "daemon/transport/shard.hpp"

#include "base/escape.hpp"
#include "base/system_error.hpp"
#include "daemon/transport/message.hpp"
#include "daemon/transport/socket_options.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <utility>

namespace filer {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Requests that are taken before the first of their replies is sent: replies sent one by one wake libzmq's
/// I/O thread each time.
constexpr std::size_t batch_size = 32;

constexpr milliseconds forever{-1};

/// How long to wait before replies that a peer had no room for are tried again: longer each time nothing
/// moved.
constexpr milliseconds shortest_retry{1};
constexpr milliseconds longest_retry{100};

/// The end: everything has been answered when nothing has come for this long, or when the time is up.
constexpr milliseconds quiet_time{20};
constexpr milliseconds drain_time{2000};

zmq::socket_t make_router(zmq::context_t& context, const Limits& limits,
                          const std::vector<Listener>& listeners) {
  zmq::socket_t router(context, zmq::socket_type::router);
  set_router_options(router, limits);
  for (const Listener& listener : listeners) {
    UniqueFileDescriptor socket = listener.duplicate();
    router.set(zmq::sockopt::use_fd, socket.get());
    router.bind(listener.address());
    (void)socket.release();  // libzmq closes it from now on
    // A second bind with the option still set aborts the process.
    router.set(zmq::sockopt::use_fd, -1);
  }
  return router;
}

/// Waits until the socket has a message, `event` is readable or the time is up. Returns whether `event` is.
/// Signals do not disturb it.
bool wait(zmq::socket_t& router, FileDescriptor event, milliseconds time) {
  std::array<zmq::pollitem_t, 2> items = {
      {{router.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, event.get(), ZMQ_POLLIN, 0}}};
  try {
    zmq::poll(items.data(), items.size(), time);
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) throw;
  }
  return items[1].revents != 0;
}

}  // namespace

Shard::Shard(zmq::context_t& context, const Limits& limits, const std::vector<Listener>& listeners,
             const FileStore& files, Logger& logger)
    : logger_(logger),
      router_(make_router(context, limits, listeners)),
      handler_(limits, files, logger),
      outbox_(router_, limits),
      stop_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!stop_event_.is_open()) throw_errno("eventfd");
  thread_ = std::thread([this] { run(); });
}

Shard::~Shard() {
  const std::uint64_t one = 1;
  // An eventfd takes eight bytes or nothing, and has room for this.
  if (::write(stop_event_.get(), &one, sizeof one) != sizeof one) std::terminate();
  thread_.join();
}

void Shard::run() {
  serve();
  drain();
}

void Shard::serve() {
  milliseconds retry = shortest_retry;
  while (!wait(router_, stop_event_.borrow(), outbox_.is_waiting() ? retry : forever)) {
    const bool moved = (serve_batch() > 0) | outbox_.flush();
    retry = moved ? shortest_retry : std::min(retry * 2, longest_retry);
  }
}

void Shard::drain() {
  const auto end = steady_clock::now() + drain_time;
  auto quiet_since = steady_clock::now();
  while (steady_clock::now() < end) {
    wait(router_, FileDescriptor(), shortest_retry);  // no event: the stop event stays readable
    const bool moved = (serve_batch() > 0) | outbox_.flush();
    if (moved || outbox_.is_waiting()) {
      quiet_since = steady_clock::now();
    } else if (steady_clock::now() - quiet_since > quiet_time) {
      return;
    }
  }
}

std::size_t Shard::serve_batch() {
  std::vector<OutgoingReply> replies;
  std::size_t taken = 0;
  for (; taken < batch_size; ++taken) {
    auto message = receive_message(router_);
    if (!message) break;
    take(std::move(*message), replies);
  }
  for (OutgoingReply& reply : replies) outbox_.send(std::move(reply));
  return taken;
}

void Shard::take(Message message, std::vector<OutgoingReply>& replies) {
  if (message.form == Message::Form::no_envelope) {
    log_dropped_message(message.peer,
                        "it has no delimiter (empty frame) within its first frames, so nobody to answer");
    return;
  }
  const Outbox::Room room = outbox_.room_for(message.envelope);
  if (room == Outbox::Room::none) {
    log_dropped_message(message.peer, "the peer does not read its replies");
    return;
  }
  std::string reply;
  if (room == Outbox::Room::busy) {
    reply = handler_.refuse(ErrorCode::busy, "too many bytes in flight: read the replies, then ask again",
                            message.peer);
  } else if (message.form == Message::Form::several_frames) {
    reply = handler_.refuse(ErrorCode::bad_request, "a request is exactly one frame after the delimiter",
                            message.peer);
  } else {
    reply = handler_.handle(message.request.to_string_view(), message.peer);
  }
  replies.push_back(outbox_.prepare(std::move(message.envelope), std::move(reply)));
}

void Shard::log_dropped_message(const Peer& peer, const char* why) {
  const std::string address = escape(peer.address);
  logger_.log({LogLevel::info,
               message_id::peer_trouble,
               fmt::format("a message of {} was dropped: {}", address, why),
               {{"FILER_PEER", address}, {"FILER_USER", escape(peer.user)}}});
}

}  // namespace filer
