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
#include <memory>
#include <optional>
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

std::string describe(std::uint64_t count, const std::string& peer, const char* reason) {
  if (count == 1) return fmt::format("a message of {} was dropped: {}", peer, reason);
  return fmt::format("{} messages were dropped, the last one of {}: {}", count, peer, reason);
}

}  // namespace

Shard::Shard(zmq::context_t& context, const Limits& limits, const std::vector<Listener>& listeners,
             const FileStore& files, BlockingPool& pool, Statistics& statistics, Logger& logger)
    : pool_(pool),
      statistics_(statistics),
      logger_(logger),
      router_(make_router(context, limits, listeners)),
      connections_(context, router_),
      handler_(limits, files, statistics, logger),
      outbox_(router_, limits),
      waiting_room_(files, limits, statistics),
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
  while (!wait(time_to_wait())) {
    forget_ended_connections();
    serve_batch();
    serve_waiting();
    serve_finished();
    outbox_.flush();
    report_drops();
  }
}

/// Waits until there is something to do or the time is up. Returns whether the end has come, which it does
/// not wait for twice. Signals do not disturb it.
bool Shard::wait(milliseconds time) {
  const int stop = stop_slow_tasks_.stop_requested() ? -1 : stop_event_.get();
  std::array<zmq::pollitem_t, 5> items = {{{router_.handle(), 0, ZMQ_POLLIN, 0},
                                           {connections_.events().handle(), 0, ZMQ_POLLIN, 0},
                                           {nullptr, finished_.event().get(), ZMQ_POLLIN, 0},
                                           {nullptr, waiting_room_.events().get(), ZMQ_POLLIN, 0},
                                           {nullptr, stop, ZMQ_POLLIN, 0}}};
  try {
    zmq::poll(items.data(), items.size(), time);
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) throw;
  }
  return items.back().revents != 0;
}

milliseconds Shard::time_to_wait() const {
  std::optional<milliseconds> shortest;
  const auto consider = [&shortest](std::optional<milliseconds> time) {
    if (time) shortest = std::min(*time, shortest.value_or(*time));
  };
  consider(outbox_.time_to_flush());
  consider(waiting_room_.time_to_wait());
  if (drops_.count > 0) consider(report_interval);
  return shortest.value_or(forever);
}

void Shard::drain() {
  stop_slow_tasks_.request_stop();
  const auto end = steady_clock::now() + drain_time;
  auto quiet_since = steady_clock::now();
  while (steady_clock::now() < end || slow_tasks_ > 0) {
    wait(drain_step);
    const bool served = serve_batch() > 0 || slow_tasks_ > 0;
    for (HeldRequest& held : waiting_room_.take_all()) resume(std::move(held));
    serve_finished();
    outbox_.flush();
    if (served || outbox_.time_to_flush()) {
      quiet_since = steady_clock::now();
    } else if (steady_clock::now() - quiet_since > quiet_time) {
      return;
    }
  }
}

std::size_t Shard::serve_batch() {
  std::size_t taken = 0;
  for (; taken < batch_size; ++taken) {
    auto message = receive_message(router_);
    if (!message) break;
    take(std::move(*message));
  }
  send_answers();
  return taken;
}

void Shard::answer(Envelope envelope, Reply reply) {
  answers_.push_back(outbox_.prepare(std::move(envelope), std::move(reply)));
}

void Shard::send_answers() {
  for (OutgoingReply& reply : answers_) outbox_.send(std::move(reply));
  answers_.clear();
}

void Shard::take(Message message) {
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
  const auto refuse = [&](ErrorCode code, const char* why) {
    answer(std::move(message.envelope), handler_.refuse(code, why, message.peer));
  };
  if (room == Room::peer_busy) {
    return refuse(ErrorCode::busy, "too many bytes in flight to you: read the replies, then ask again");
  }
  if (room == Room::all_busy) return refuse(ErrorCode::busy, Handler::busy_with_others);
  if (message.form == Message::Form::several_frames) {
    return refuse(ErrorCode::bad_request, "a request is exactly one frame after the delimiter");
  }
  const std::size_t most_bytes = room == Room::small ? Outbox::most_small_bytes : Handler::any_size;
  auto accepted = handler_.accept(message.request.to_string_view(), message.peer, most_bytes);
  if (auto* reply = std::get_if<Reply>(&accepted)) {
    answer(std::move(message.envelope), std::move(*reply));
  } else {
    start(std::move(std::get<Task>(accepted)), std::move(message));
  }
}

void Shard::start(Task task, Message message) {
  if (work_of(task) == Work::slow) {
    start_slow(std::move(task), std::move(message));
  } else if (wants_to_wait(task)) {
    start_watch(std::move(task), std::move(message));
  } else {
    answer(std::move(message.envelope), handler_.answer(task));
  }
}

void Shard::start_slow(Task task, Message message) {
  const auto customer = static_cast<BlockingPool::Customer>(message.connection);
  const auto slow = std::make_shared<SlowTask>();
  slow->task = std::move(task);
  slow->envelope = std::move(message.envelope);
  const bool taken = pool_.submit(customer, [this, slow] {
    slow->reply = handler_.answer(slow->task, stop_slow_tasks_.get_token());
    finished_.put(slow);
  });
  if (taken) {
    ++slow_tasks_;
  } else {
    answer(std::move(slow->envelope),
           handler_.refuse_busy("too much work waits already; try again", slow->task));
  }
}

void Shard::start_watch(Task task, Message message) {
  if (auto reply = handler_.answer_if_modified(task)) {
    answer(std::move(message.envelope), std::move(*reply));
    return;
  }
  forget_ended_connections();  // before one more counts that may have the number of an ended one
  if (!waiting_room_.has_room_for(message.connection)) {
    answer(std::move(message.envelope),
           handler_.refuse_busy("too many replies are held already: wait for one", task));
    return;
  }
  Watch watch = handler_.watch_of(task);
  waiting_room_.hold({std::move(message.envelope), std::move(task), message.connection, std::move(watch)});
}

void Shard::forget_ended_connections() {
  for (const Connection connection : connections_.take_ended()) waiting_room_.forget(connection);
}

/// The longest reply that may be in flight to a peer now; 0: a refusal.
std::size_t Shard::room_for_reply(const Envelope& envelope) const {
  const Outbox::Room room = outbox_.room_for(envelope);
  if (room == Outbox::Room::free) return Handler::any_size;
  return room == Outbox::Room::small ? Outbox::most_small_bytes : 0;
}

void Shard::resume(HeldRequest held) {
  held.task.most_bytes = room_for_reply(held.envelope);
  const bool time_is_up = held.watch.deadline <= steady_clock::now();
  if (held.task.most_bytes == 0) {
    answer(std::move(held.envelope), handler_.refuse_busy(Handler::busy_with_others, held.task));
  } else if (time_is_up || stop_slow_tasks_.stop_requested()) {
    answer(std::move(held.envelope), handler_.answer(held.task));
  } else if (auto reply = handler_.answer_if_modified(held.task)) {
    answer(std::move(held.envelope), std::move(*reply));
  } else {
    waiting_room_.hold(std::move(held));
  }
}

void Shard::serve_waiting() {
  for (HeldRequest& held : waiting_room_.take_changed()) resume(std::move(held));
  for (HeldRequest& held : waiting_room_.take_due()) resume(std::move(held));
  send_answers();
}

void Shard::serve_finished() {
  for (const auto& slow : finished_.take()) {
    --slow_tasks_;
    if (slow->reply.size() > room_for_reply(slow->envelope)) {
      slow->reply = handler_.refuse_busy(Handler::busy_with_others, slow->task);
    }
    answer(std::move(slow->envelope), std::move(slow->reply));
  }
  send_answers();
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
