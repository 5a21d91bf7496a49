#include "cli/client.hpp"

#include "base/escape.hpp"
#include "cli/client_state.hpp"
#include "cli/reply.hpp"
#include "protocol/request_encoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <type_traits>
#include <utility>

namespace filer {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// As long as the daemon lives.
constexpr milliseconds no_bound = std::chrono::hours(24 * 365);

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
