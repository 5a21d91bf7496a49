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

/// How often dropped messages are reported.
constexpr milliseconds report_interval{1000};

/// The end: everything has been answered when nothing has come for this long, or when the time is up.
constexpr milliseconds quiet_time{20};
constexpr milliseconds drain_step{1};
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

std::string describe(std::uint64_t count, const std::string& peer, const char* reason) {
  if (count == 1) return fmt::format("a message of {} was dropped: {}", peer, reason);
  return fmt::format("{} messages were dropped, the last one of {}: {}", count, peer, reason);
}

}  // namespace

Shard::Shard(zmq::context_t& context, const Limits& limits, const std::vector<Listener>& listeners,
             const FileStore& files, Statistics& statistics, Logger& logger)
    : statistics_(statistics),
      logger_(logger),
      router_(make_router(context, limits, listeners)),
      handler_(limits, files, statistics, logger),
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
  while (!wait(router_, stop_event_.borrow(), time_to_wait())) {
    serve_batch();
    outbox_.flush();
    report_drops();
  }
}

milliseconds Shard::time_to_wait() const {
  const milliseconds to_report = drops_.count > 0 ? report_interval : forever;
  const auto to_flush = outbox_.time_to_flush();
  if (!to_flush) return to_report;
  return to_report == forever ? *to_flush : std::min(*to_flush, to_report);
}

void Shard::drain() {
  const auto end = steady_clock::now() + drain_time;
  auto quiet_since = steady_clock::now();
  while (steady_clock::now() < end) {
    wait(router_, FileDescriptor(), drain_step);  // no event: the stop event stays readable
    const bool served = serve_batch() > 0;
    outbox_.flush();
    if (served || outbox_.time_to_flush()) {
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
  using Room = Outbox::Room;
  if (message.form == Message::Form::no_envelope) {
    drop(message, "it has no delimiter (empty frame) within its first frames, so nobody to answer");
    return;
  }
  const Room room = outbox_.room_for(message.envelope);
  if (room == Room::none) {
    drop(message, "its peer does not read, or all that may be in flight is");
    return;
  }
  Reply reply;
  if (room == Room::peer_busy) {
    reply = handler_.refuse(
        ErrorCode::busy, "too many bytes in flight to you: read the replies, then ask again", message.peer);
  } else if (room == Room::all_busy) {
    reply = handler_.refuse(ErrorCode::busy, Handler::busy_with_others, message.peer);
  } else if (message.form == Message::Form::several_frames) {
    reply = handler_.refuse(ErrorCode::bad_request, "a request is exactly one frame after the delimiter",
                            message.peer);
  } else {
    const std::size_t most_bytes = room == Room::small ? Outbox::most_small_bytes : Handler::any_size;
    reply = handler_.handle(message.request.to_string_view(), message.peer, most_bytes);
  }
  replies.push_back(outbox_.prepare(std::move(message.envelope), std::move(reply)));
}

void Shard::drop(const Message& message, const char* why) {
  statistics_.count_dropped_message();
  ++drops_.count;
  drops_.last_peer = message.peer;
  drops_.last_reason = why;
  report_drops();
}

void Shard::report_drops() {
  const auto now = steady_clock::now();
  if (drops_.count == 0 || now < drops_.next_report) return;
  const std::string address = escape(drops_.last_peer.address);
  logger_.log({LogLevel::warning,
               message_id::peer_trouble,
               describe(drops_.count, address, drops_.last_reason),
               {{"FILER_PEER", address},
                {"FILER_USER", escape(drops_.last_peer.user)},
                {"FILER_DROPPED_MESSAGES", fmt::format("{}", drops_.count)}}});
  drops_.count = 0;
  drops_.next_report = now + report_interval;
}

}  // namespace filer
