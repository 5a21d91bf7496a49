#include "cli/client_state.hpp"

#include "base/random_seed.hpp"
#include "cli/interrupt.hpp"
#include "cli/reply.hpp"
#include "protocol/request_encoder.hpp"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace filer {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// The number of the `hello` that asks for a sign of life; requests have others.
constexpr std::uint64_t probe_number = 0;
constexpr milliseconds longest_probe_interval{1000};

zmq::context_t make_context() {
  seed_random_from_kernel();  // must come before the first context
  return {};
}

bool is_busy(const ReceivedReply& header) {
  return header.error() && find_error_code(header.error()->code) == ErrorCode::busy;
}

}  // namespace

Client::State::State(std::vector<std::string> endpoints, milliseconds silence, KeyRing keys)
    : context_(make_context()),
      endpoints_(std::move(endpoints)),
      keys_(std::move(keys)),
      silence_(silence),
      probe_interval_(std::min(longest_probe_interval, silence / 3)),
      untried_(endpoints_.size()),
      failures_(endpoints_.size(), Failure::unconnected),
      heard_(Clock::now()) {
  connect();
}

Ticket Client::State::send(std::string bytes, milliseconds grace) {
  const auto now = Clock::now();
  if (pending.empty()) {
    attend();  // the connection may have ended meanwhile
    heard_ = quiet_since_ = now;
  }
  PendingRequest request;
  request.bytes = std::move(bytes);
  request.grace = grace;
  request.first_sent = request.asked = request.sent = now;
  const Ticket ticket = pending.add(std::move(request));
  if (connection_) connection_->send(ticket, pending.find(ticket)->bytes);
  return ticket;
}

std::optional<Arrival> Client::State::receive(Clock::time_point end) {
  while (auto delivery = deliver(end)) {
    if (auto arrival = arrive(std::move(*delivery))) return arrival;
  }
  return std::nullopt;
}

std::vector<std::string> Client::State::receive_frames(Ticket ticket) {
  auto delivery = deliver(Clock::time_point::max());
  pending.erase(ticket);
  return std::move(delivery->frames);
}

/// The next reply to a pending request; nullopt when none came before `end`.
std::optional<Delivery> Client::State::deliver(Clock::time_point end) {
  excuse_absence();
  while (true) {
    auto delivery = take_delivery();
    if (!delivery) attend();
    if (Clock::now() >= ask_again_at_) ask_again();
    const bool is_late = !delivery && Clock::now() >= end;
    if (delivery || is_late) {
      left_ = Clock::now();
      return delivery;
    }
    wait(std::min(end, next_event()));
    throw_if_interrupted();
  }
}

/// Replies that nobody waits for any more are passed over.
std::optional<Delivery> Client::State::take_delivery() {
  if (!connection_) return std::nullopt;
  auto delivery = connection_->receive();
  if (!delivery) return std::nullopt;
  const PendingRequest* request = pending.find(delivery->number);
  const bool is_probe = delivery->number == probe_number;
  if (request != nullptr || is_probe) heard_ = quiet_since_ = Clock::now();
  if (is_probe) overtaker_ = std::max(overtaker_, probed_);
  if (request == nullptr) return std::nullopt;
  overtaker_ = std::max(overtaker_, request->sent);
  answered_ = heard_;
  untried_ = endpoints_.size();
  deaf_ends_ = 0;
  pause_ = first_pause;
  return delivery;
}

/// What a reply comes to; nullopt where the daemon is to be asked again.
std::optional<Arrival> Client::State::arrive(Delivery delivery) {
  PendingRequest& request = *pending.find(delivery.number);
  ReceivedReply header = decode_header(delivery.frames, endpoint());
  if (is_busy(header)) {
    ++busy_count;
    const auto end = std::max(satisfied_, request.first_sent) + silence_;
    if (pending.postpone(request, end)) {
      ask_again_at_ = std::min(ask_again_at_, *request.ask_again_at);
      return std::nullopt;
    }
  }
  satisfied_ = Clock::now();
  const auto round_trip = satisfied_ - request.sent;
  pending.erase(delivery.number);
  if (header.error()) return Arrival{delivery.number, DaemonError(*header.error(), endpoint()), round_trip};
  std::string data = delivery.frames.size() > 1 ? std::move(delivery.frames[1]) : std::string();
  return Arrival{delivery.number, Answer{std::move(header), std::move(data)}, round_trip};
}

/// Does what is due.
void Client::State::attend() {
  const auto now = Clock::now();
  if (connection_) attend_connection(now);
  if (!connection_ && !pending.empty() && is_hopeless()) fail();
  if (!connection_ && now >= connect_at_) connect();
  if (connection_) probe(now);
}

/// Sends again what the daemon was too busy for.
void Client::State::ask_again() {
  if (!connection_) return;
  pending.send_due(Clock::now(), sender());
  ask_again_at_ = pending.next_again();
}

void Client::State::probe(Clock::time_point now) {
  pending.send_overtaken(now, overtaker_, sender());
  if (now < std::max(quiet_since_, probed_) + probe_interval_ || !pending.is_any_under_way()) return;
  connection_->send(probe_number, encode_request(HelloRequest{}));
  probed_ = now;
}

Clock::time_point Client::State::next_event() const {
  if (!connection_) return std::min(connect_at_, pending.empty() ? connect_at_ : heard_ + silence_);
  auto next = std::min(ask_again_at_, silent_at());
  const auto hopeless_at = heard_ + silence_;
  if (untried_ == 0 && hopeless_at > Clock::now()) next = std::min(next, hopeless_at);
  if (pending.is_any_under_way()) next = std::min(next, std::max(quiet_since_, probed_) + probe_interval_);
  return next;
}

void Client::State::wait(Clock::time_point until) {
  constexpr milliseconds longest{60000};  // what poll takes without overflow, and then again
  const auto left = until - Clock::now();
  const auto time = left > longest ? longest : std::chrono::ceil<milliseconds>(left);
  if (time.count() <= 0) return;
  if (connection_) {
    connection_->wait(time);
  } else {
    ::poll(nullptr, 0, static_cast<int>(time.count()));
  }
}

/// While the caller was elsewhere, nobody asked the daemon for signs of life.
void Client::State::excuse_absence() {
  if (!left_) return;
  const auto absence = Clock::now() - *left_;
  heard_ += absence;
  quiet_since_ += absence;
  left_.reset();
}

}  // namespace filer
