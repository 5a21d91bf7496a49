#include "cli/client.hpp"

#include "base/escape.hpp"
#include "base/random_seed.hpp"
#include "cli/connection.hpp"
#include "cli/interrupt.hpp"
#include "cli/pending.hpp"
#include "cli/reply.hpp"
#include "cli/unreachable.hpp"
#include "protocol/request_encoder.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <zmq.hpp>

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace filer {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Progress = Connection::Progress;

/// The number of the `hello` that asks for a sign of life; requests have others.
constexpr std::uint64_t probe_number = 0;
constexpr milliseconds longest_probe_interval{1000};

constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{500};

/// A daemon that ends the connection so often without an answer to anything does so because of what it is
/// asked.
constexpr int most_deaf_ends = 3;

/// As long as the daemon lives.
constexpr milliseconds no_bound = std::chrono::hours(24 * 365);

zmq::context_t make_context() {
  seed_random_from_kernel();  // must come before the first context
  return {};
}

/// How much longer than others the reply to a request may rightly take.
milliseconds grace_of(const Request& request) {
  return std::visit(
      [](const auto& op_request) {
        if constexpr (requires { op_request.if_none_match; }) {
          constexpr std::uint64_t most = no_bound.count();
          return milliseconds(std::min(op_request.if_none_match.wait_ms, most));
        }
        return std::is_same_v<std::decay_t<decltype(op_request)>, DigestRequest> ? no_bound : milliseconds(0);
      },
      request);
}

bool is_busy(const ReceivedReply& header) {
  return header.error() && find_error_code(header.error()->code) == ErrorCode::busy;
}

/// How a connection failed that got so far in time.
Failure failure_of(Progress progress) {
  switch (progress) {
    case Progress::connecting:
      return Failure::unconnected;
    case Progress::connected:
      return Failure::ungreeted;
    case Progress::refused:
      return Failure::refused;
    case Progress::lost:
      return Failure::closed;
    case Progress::key_refused:
      return Failure::key_refused;
    case Progress::unmatched:
      return Failure::unmatched;
    case Progress::not_agreed:
      return Failure::not_agreed;
    case Progress::greeted:
      break;
  }
  return Failure::unanswered;
}

}  // namespace

DaemonError::DaemonError(RemoteError remote, const std::string& endpoint)
    : CommandError(exit_status_of(remote),
                   fmt::format("{} ({} says {})", escape(remote.message), endpoint, escape(remote.code)),
                   hint_for(find_error_code(remote.code))),
      error(std::move(remote)) {}

Answer& Arrival::answer() {
  if (auto* error = std::get_if<DaemonError>(&outcome)) throw *error;
  return std::get<Answer>(outcome);
}

class Client::State {
 public:
  State(std::vector<std::string> endpoints, milliseconds silence, KeyRing keys);

  Ticket send(std::string bytes, milliseconds grace);
  std::optional<Arrival> receive(Clock::time_point end);
  std::vector<std::string> receive_frames(Ticket ticket);

  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoints_[serving_]; }
  [[nodiscard]] bool has_replicas() const noexcept { return endpoints_.size() > 1; }

  PendingRequests pending;
  std::uint64_t busy_count = 0;
  std::function<void(const std::string&)> listener;

 private:
  std::optional<Delivery> deliver(Clock::time_point end);
  std::optional<Delivery> take_delivery();
  std::optional<Arrival> arrive(Delivery delivery);
  void attend();
  void ask_again();
  [[nodiscard]] auto sender() {
    return [this](std::uint64_t number, const PendingRequest& request) {
      connection_->send(number, request.bytes);
    };
  }
  void attend_connection(Clock::time_point now);
  void probe(Clock::time_point now);
  [[nodiscard]] Clock::time_point next_event() const;
  [[nodiscard]] Clock::time_point silent_at() const;
  void wait(Clock::time_point until);
  void connect();
  void abandon(Failure failure);
  [[nodiscard]] bool is_hopeless() const;
  [[noreturn]] void fail();
  void excuse_absence();

  zmq::context_t context_ = make_context();
  std::vector<std::string> endpoints_;
  KeyRing keys_;
  milliseconds silence_;
  milliseconds probe_interval_;
  std::size_t serving_ = 0;
  std::optional<Connection> connection_;  ///< none: a pause before the next one
  Clock::time_point connect_at_;          ///< when the pause is over
  milliseconds pause_ = first_pause;
  std::size_t untried_;            ///< endpoints that were not tried since the last reply
  int deaf_ends_ = 0;              ///< connections since then that were greeted and ended
  std::vector<Failure> failures_;  ///< by endpoint: how it failed last
  bool met_ = false;               ///< a daemon was greeted in this run
  Clock::time_point heard_;        ///< the last sign of life, or when one was first waited for
  Clock::time_point quiet_since_;  ///< the same of this connection
  Clock::time_point answered_;     ///< the last reply to a request
  Clock::time_point satisfied_;    ///< the last one that was not `busy`
  Clock::time_point ask_again_at_ = Clock::time_point::max();  ///< the first request that was postponed
  Clock::time_point overtaker_;  ///< when that request was sent, of those answered, which was sent last
  Clock::time_point probed_;     ///< when a sign of life was last asked for
  std::optional<Clock::time_point> left_;  ///< when the caller was last given something
};

Client::State::State(std::vector<std::string> endpoints, milliseconds silence, KeyRing keys)
    : endpoints_(std::move(endpoints)),
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

void Client::State::attend_connection(Clock::time_point now) {
  const Progress progress = connection_->progress();
  if (progress == Progress::greeted || progress == Progress::lost) met_ = true;
  const bool has_ended = progress == Progress::refused || progress == Progress::lost || is_rejected(progress);
  const bool is_in_vain = progress < Progress::greeted && met_ && !pending.empty() && is_hopeless();
  if (has_ended || is_in_vain || now >= silent_at()) abandon(failure_of(progress));
}

void Client::State::probe(Clock::time_point now) {
  pending.send_overtaken(now, overtaker_, sender());
  if (now < std::max(quiet_since_, probed_) + probe_interval_ || !pending.is_any_under_way()) return;
  connection_->send(probe_number, encode_request(HelloRequest{}));
  probed_ = now;
}

/// When this connection is to be given up for its silence.
Clock::time_point Client::State::silent_at() const {
  if (!pending.is_any_under_way()) return Clock::time_point::max();
  return std::min(quiet_since_ + silence_, pending.late_at(answered_, silence_));
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

void Client::State::connect() {
  connection_.emplace(context_, endpoint(), keys_);
  const auto now = Clock::now();
  quiet_since_ = now;
  overtaker_ = {};
  pending.send_all(now, sender());
}

/// Leaves this connection for the next endpoint; after the last of them for the first one again, some time
/// later. Where nothing is under way, that is no failure: daemons restart.
void Client::State::abandon(Failure failure) {
  const auto now = Clock::now();
  connection_.reset();
  connect_at_ = now;
  if (pending.empty()) return;
  failures_[serving_] = failure;
  if (failure == Failure::closed) ++deaf_ends_;
  if (untried_ > 0) --untried_;
  const bool took_all_time =
      failure == Failure::unconnected || failure == Failure::ungreeted || failure == Failure::unanswered;
  if (is_hopeless() || (untried_ == 0 && took_all_time)) fail();
  const std::string failed = endpoint();
  serving_ = (serving_ + 1) % endpoints_.size();
  if (untried_ == 0) {
    connect_at_ += pause_;
    pause_ = std::min(pause_ * 2, longest_pause);
  }
  if (listener) {
    listener(fmt::format("{}; trying {}", describe_failure(failed, failure, silence_).what(), endpoint()));
  }
}

bool Client::State::is_hopeless() const {
  if (untried_ > 0) return false;
  return !met_ || deaf_ends_ >= most_deaf_ends || Clock::now() >= heard_ + silence_;
}

void Client::State::fail() {
  pending.clear();
  connection_.reset();
  connect_at_ = Clock::now();
  untried_ = endpoints_.size();
  deaf_ends_ = 0;
  CommandError error = describe_failure(endpoint(), failures_[serving_], silence_);
  if (endpoints_.size() == 1) throw CommandError(error);
  std::string all;
  for (std::size_t index = 0; index < endpoints_.size(); ++index) {
    if (index > 0) all += "; ";
    all += describe_failure(endpoints_[index], failures_[index], silence_).what();
  }
  throw CommandError(error.status, all, error.hint);
}

/// While the caller was elsewhere, nobody asked the daemon for signs of life.
void Client::State::excuse_absence() {
  if (!left_) return;
  const auto absence = Clock::now() - *left_;
  heard_ += absence;
  quiet_since_ += absence;
  left_.reset();
}

Client::Client(std::vector<std::string> endpoints, milliseconds silence, KeyRing keys)
    : state_(std::make_unique<State>(std::move(endpoints), silence, std::move(keys))) {}

Client::~Client() = default;

Answer Client::ask(const Request& request) {
  assert(pending() == 0);
  const Ticket ticket = send(request);
  try {
    Arrival arrival = receive();
    return std::move(arrival.answer());
  } catch (...) {
    forget(ticket);  // the caller may go on with another one
    throw;
  }
}

std::vector<std::string> Client::exchange(std::string_view request) {
  assert(pending() == 0);
  return state_->receive_frames(state_->send(std::string(request), no_bound));
}

Ticket Client::send(const Request& request) {
  return state_->send(encode_request(request), grace_of(request));
}

Arrival Client::receive() {
  assert(pending() > 0);
  return std::move(*state_->receive(Clock::time_point::max()));
}

std::optional<Arrival> Client::receive_within(milliseconds most) {
  return state_->receive(Clock::now() + most);
}

void Client::forget(Ticket ticket) {
  state_->pending.erase(ticket);
}

std::size_t Client::pending() const noexcept {
  return state_->pending.size();
}

std::uint64_t Client::busy_count() const noexcept {
  return state_->busy_count;
}

const std::string& Client::endpoint() const noexcept {
  return state_->endpoint();
}

bool Client::has_replicas() const noexcept {
  return state_->has_replicas();
}

void Client::set_trouble_listener(std::function<void(const std::string&)> listener) {
  state_->listener = std::move(listener);
}

}  // namespace filer
