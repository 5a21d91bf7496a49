#include "daemon/transport/shard.hpp"

#include "base/system_error.hpp"
#include "daemon/transport/message.hpp"
#include "daemon/transport/router.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace filer {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Requests that are taken before the first of them is looked at, so that those that ask the same are
/// answered with one look at the file.
constexpr std::size_t batch_size = 32;

constexpr milliseconds forever{-1};

/// An ipc peer that takes no reply for this long is cut off; of others, libzmq and the kernel know better how
/// slow a network is (ZMQ_TCP_MAXRT). It is looked for this often.
constexpr milliseconds patience_with_deaf{30000};
constexpr milliseconds deaf_interval{5000};

/// Where the kernel cannot tell when there is something to do, it is looked for this often.
constexpr milliseconds pause_without_poll{1};

/// What is known of connections counts for so long: to hand a routing id over to another one takes libzmq
/// more than that, several turns of both threads, and to look costs as much as a tenth of a request.
constexpr std::chrono::microseconds fresh{100};

/// The end: everything has been answered when nothing has come for this long, or when the time is up.
constexpr milliseconds quiet_time{20};
constexpr milliseconds drain_step{1};
constexpr milliseconds drain_time{2000};

}  // namespace

Shard::Shard(const Shared& shared, unsigned number)
    : limits_(shared.config->limits),
      access_(shared.access),
      statistics_(shared.statistics),
      logger_(shared.logger),
      router_(make_router(shared.context, limits_, number)),
      router_event_(router_.get(zmq::sockopt::fd)),
      listeners_(shared.listeners),
      connections_(shared.context, router_, shared.statistics, limits_),
      handler_(shared.config, shared.files, shared.access, shared.statistics, shared.logger),
      outbox_(router_, limits_, shared.bytes_in_flight),
      waiting_room_(shared.files, limits_, shared.statistics),
      slow_tasks_(handler_, shared.pool, limits_),
      drops_(shared.statistics, shared.logger),
      attention_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!attention_.is_open()) throw_errno("eventfd");
  bind_all(router_, shared.listeners, shared.server_key);  // now that every connection will be told
  thread_ = std::thread([this] { run(); });
}

Shard::~Shard() {
  stop();
}

void Shard::request_stop() {
  is_to_stop_ = true;
  nudge();
}

bool Shard::adopt(const ConfigInForce& config, milliseconds time) {
  std::unique_lock lock(mutex_);
  next_ = config;
  nudge();
  return adopted_.wait_for(lock, time, [this] { return !next_; });
}

void Shard::adopt_next() {
  {
    const std::lock_guard lock(mutex_);
    if (!next_) return;
    limits_ = next_->limits;
    handler_.adopt(std::exchange(next_, nullptr));
  }
  adopted_.notify_all();
  // Who lost the permission for what is held learns it at once; the others go on waiting.
  for (PendingRequest& request : waiting_room_.take_all()) resume(std::move(request));
}

void Shard::nudge() {
  const std::uint64_t one = 1;
  // An eventfd takes eight bytes or nothing, and has room for these.
  if (::write(attention_.get(), &one, sizeof one) != sizeof one) std::terminate();
}

void Shard::stop() {
  if (!thread_.joinable()) return;
  request_stop();
  thread_.join();
}

void Shard::run() {
  ::pthread_setname_np(::pthread_self(), "shard");
  serve();
  drain();
  give_up_rest();
}

void Shard::serve() {
  while (true) {
    const Ready ready = wait(time_to_wait());
    ++turns_;
    if (ready.attention) adopt_next();
    if (ready.attention && is_to_stop_) return;
    if (ready.connections) attend_connections();
    serve_batch();
    if (ready.watched || waiting_room_.is_due()) serve_waiting();
    if (ready.finished) serve_finished();
    give_up_overdue();
    send_answers();
    repeats_.forget();
    if (outbox_.time_to_flush()) attend_connections();
    outbox_.flush();
    cut_deaf_peers();
    drops_.tell();
  }
}

/// Waits until there is something to do or the time is up. Signals do not disturb it. By poll(2), for
/// zmq::poll() asks every socket and the kernel twice: libzmq's descriptors become readable when something
/// begins to happen, not while something is there (ZMQ_FD in zmq_getsockopt(3)), so the ROUTER is asked once
/// before; of the connections, all is taken each time. Where poll() fails, for want of memory perhaps, all of
/// them are looked at.
Shard::Ready Shard::wait(milliseconds time) {
  // What drain() does not look at, and would find ready for ever, is left out then: a negative descriptor is.
  const auto unless_ending = [this](FileDescriptor event) { return ending_ ? -1 : event.get(); };
  std::array<pollfd, 5> items = {{{router_event_.get(), POLLIN, 0},
                                  {unless_ending(connections_.event()), POLLIN, 0},
                                  {slow_tasks_.event().get(), POLLIN, 0},
                                  {unless_ending(waiting_room_.events()), POLLIN, 0},
                                  {unless_ending(attention_.borrow()), POLLIN, 0}}};
  const int most = has_message(router_) ? 0 : static_cast<int>(time.count());
  if (::poll(items.data(), items.size(), most) < 0 && errno != EINTR) {
    for (pollfd& item : items) item.revents = item.fd < 0 ? 0 : POLLIN;
    std::this_thread::sleep_for(pause_without_poll);
  }
  const bool attention = items[4].revents != 0;
  if (std::uint64_t nudges = 0; attention) (void)::read(attention_.get(), &nudges, sizeof nudges);
  return {items[1].revents != 0, items[2].revents != 0, items[3].revents != 0, attention};
}

milliseconds Shard::time_to_wait() const {
  std::optional<milliseconds> shortest;
  const auto consider = [&shortest](std::optional<milliseconds> time) {
    if (time) shortest = std::min(*time, shortest.value_or(*time));
  };
  consider(outbox_.time_to_flush());
  consider(waiting_room_.time_to_wait());
  consider(slow_tasks_.time_to_wait());
  consider(drops_.time_to_tell());
  if (!outbox_.is_empty()) consider(deaf_interval);
  return shortest.value_or(forever);
}

void Shard::drain() {
  ending_ = true;
  slow_tasks_.stop();
  const auto end = steady_clock::now() + drain_time;
  auto quiet_since = steady_clock::now();
  while (steady_clock::now() < end) {
    wait(drain_step);
    const bool served = serve_batch() > 0;
    for (PendingRequest& request : waiting_room_.take_all()) resume(std::move(request));
    serve_finished();
    send_answers();
    outbox_.flush();
    if (served || !slow_tasks_.is_empty() || outbox_.time_to_flush()) {
      quiet_since = steady_clock::now();
    } else if (steady_clock::now() - quiet_since > quiet_time) {
      return;
    }
  }
}

std::size_t Shard::serve_batch() {
  while (batch_.size() < batch_size) {
    auto message = receive_message(router_, access_.key_mark());
    if (!message) break;
    batch_.push_back(std::move(*message));
  }
  const std::size_t taken = batch_.size();
  if (taken > 0) note_connections();
  repeats_.forget();
  for (Message& message : batch_) take(std::move(message));
  batch_.clear();
  return taken;
}

void Shard::answer(Envelope envelope, Reply reply) {
  answers_.push_back(outbox_.prepare(std::move(envelope), std::move(reply)));
}

/// Together: replies that are sent one by one wake libzmq's I/O thread each time.
void Shard::send_answers() {
  if (answers_.empty()) return;
  if (steady_clock::now() - attended_at_ > fresh) attend_connections();
  for (OutgoingReply& reply : answers_) {
    if (is_there(reply.envelope)) outbox_.send(std::move(reply));
  }
  answers_.clear();
}

void Shard::take(Message message) {
  using Room = Outbox::Room;
  if (message.form == Message::Form::no_envelope) {
    drops_.note(message.peer,
                "it has no delimiter (empty frame) within its first frames, so nobody to answer");
    return;
  }
  const Room room = outbox_.room_for(message.envelope);
  if (room == Room::none) {
    drops_.note(message.peer, "its peer does not read, or all that may be in flight is");
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
    work_on({std::move(message.envelope), std::move(std::get<Task>(accepted))});
  }
}

void Shard::work_on(PendingRequest request) {
  if (ending_) request.task.may_wait = false;
  if (auto same = repeats_.find(request.task); same && handler_.share(request.task, *same)) {
    settle(std::move(request), std::move(*same));
    return send_answers();  // these come so fast that the I/O thread has not gone to sleep
  }
  Outcome outcome = handler_.attempt(request.task);
  repeats_.keep(request.task, outcome);
  settle(std::move(request), std::move(outcome));
}

void Shard::settle(PendingRequest request, Outcome outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::replied:
      return answer(std::move(request.envelope), handler_.conclude(std::move(outcome)));
    case Outcome::Kind::unmodified:
      return hold(std::move(request), std::move(outcome.watch.value()));
    case Outcome::Kind::would_block:
      return start_slow(std::move(request));
  }
}

void Shard::start_slow(PendingRequest request) {
  const auto slow = std::make_shared<SlowTask>(std::move(request));
  if (ending_) slow->supervision.stop();
  if (slow_tasks_.start(slow)) return;
  answer(std::move(slow->request.envelope),
         handler_.refuse(ErrorCode::busy, "too much work waits already; try again", slow->request.task));
}

void Shard::hold(PendingRequest request, Watch watch) {
  if (handler_.renew(request.task)) return work_on(std::move(request));  // decided by another configuration
  if (ending_ || watch.deadline <= steady_clock::now()) {
    request.task.may_wait = false;
    return work_on(std::move(request));
  }
  attend_connections();  // before one more counts that may have the number of an ended one
  if (waiting_room_.has_room_for(request.envelope.connection)) {
    return waiting_room_.hold(std::move(request), std::move(watch));
  }
  answer(std::move(request.envelope),
         handler_.refuse(ErrorCode::busy, "too many replies are held already: wait for one", request.task));
}

/// libzmq has told the beginning of a connection by the time that it passes on what came over it.
void Shard::note_connections() {
  attend_connections();
  for (Message& message : batch_)
    message.envelope.serial = connections_.serial_of(message.envelope.connection);
}

/// Whether a reply still goes to the connection that asked. libzmq sends it to whoever has the routing id,
/// which another peer may claim once its owner has gone, without the owner's key.
bool Shard::is_there(const Envelope& envelope) const {
  if (envelope.connection < 0) return true;
  return envelope.serial != 0 && connections_.serial_of(envelope.connection) == envelope.serial;
}

void Shard::attend_connections() {
  attended_at_ = steady_clock::now();
  const Connections::Changes changes = connections_.take_changes();
  for (const Connection connection : changes.ended) {
    waiting_room_.forget(connection);
    outbox_.forget(connection);
  }
  if (!changes.ended.empty()) spare_.restore();
  if (!changes.accepting_failed) return;
  for (auto count = spare_.turn_away(listeners_); count > 0; --count)
    statistics_.count_connection_turned_away();
  // libzmq's I/O thread was faster with the descriptor, and would now try to accept the next one for ever.
  if (!spare_.restore()) connections_.cut_newest();
}

void Shard::cut_deaf_peers() {
  const auto now = steady_clock::now();
  if (outbox_.is_empty() || now < look_for_deaf_at_) return;
  look_for_deaf_at_ = now + deaf_interval;
  for (const Connection connection : outbox_.find_deaf(patience_with_deaf)) {
    if (!is_ipc(connection)) continue;
    connections_.cut(connection);
    logger_.log({LogLevel::warning,
                 message_id::peer_cut_off,
                 fmt::format("an ipc peer was cut off: it took no reply for {} s",
                             std::chrono::duration_cast<std::chrono::seconds>(patience_with_deaf).count()),
                 {}});
  }
}

/// The longest reply that may be in flight to a peer now; 0: a refusal.
std::size_t Shard::room_for_reply(const Envelope& envelope) const {
  const Outbox::Room room = outbox_.room_for(envelope);
  if (room == Outbox::Room::free) return Handler::any_size;
  return room == Outbox::Room::small ? Outbox::most_small_bytes : 0;
}

void Shard::resume(PendingRequest request) {
  handler_.renew(request.task);
  request.task.most_bytes = room_for_reply(request.envelope);
  if (request.task.most_bytes > 0) return work_on(std::move(request));
  answer(std::move(request.envelope),
         handler_.refuse(ErrorCode::busy, Handler::busy_with_others, request.task));
}

void Shard::serve_waiting() {
  repeats_.forget();
  for (PendingRequest& request : waiting_room_.take_changed()) resume(std::move(request));
  for (PendingRequest& request : waiting_room_.take_due()) resume(std::move(request));
}

void Shard::serve_finished() {
  repeats_.forget();
  for (const auto& slow : slow_tasks_.take_finished()) {
    PendingRequest& request = slow->request;
    if (request.task.may_wait && slow->outcome.kind == Outcome::Kind::replied) resume_others(request.task);
    if (slow->outcome.reply.size() <= room_for_reply(request.envelope)) {
      settle(std::move(request), std::move(slow->outcome));
    } else {
      answer(std::move(request.envelope),
             handler_.refuse(ErrorCode::busy, Handler::busy_with_others, request.task));
    }
  }
}

/// What a task found changed, the others that wait for it shall see too.
void Shard::resume_others(const Task& task) {
  const auto location = handler_.location_of(task);
  if (!location) return;
  for (PendingRequest& request : waiting_room_.take_those_at(*location)) resume(std::move(request));
}

void Shard::give_up_overdue() {
  for (const auto& slow : slow_tasks_.take_overdue()) {
    const auto message = fmt::format("the file system did not answer within {} ms", limits_.deadline_ms);
    answer(std::move(slow->request.envelope),
           handler_.refuse(ErrorCode::timeout, message, slow->request.task));
  }
}

/// Nothing more is waited for.
void Shard::give_up_rest() {
  for (const auto& slow : slow_tasks_.close()) {
    answer(std::move(slow->request.envelope),
           handler_.refuse(ErrorCode::busy, "the daemon is ending", slow->request.task));
  }
  send_answers();
}

}  // namespace filer
