#include "cli/connection.hpp"

#include "base/escape.hpp"
#include "base/random_seed.hpp"
#include "cli/exit_status.hpp"
#include "cli/interrupt.hpp"
#include "cli/unreachable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace filer {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A refused connection is tried again for this long, so that a daemon that restarts at this moment is still
/// met.
constexpr milliseconds refusal_time{250};

/// No daemon sends more in a frame: 256 MiB of content at most, and JSON can make six times as much of it.
constexpr std::int64_t most_reply_bytes = std::int64_t{2} << 30;

constexpr int reconnect_interval = 50;  // ms

/// libzmq's monitor events: two bytes of event, four of value, in host order; then a frame with the address.
constexpr int watched_events =
    ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED;

zmq::context_t make_context() {
  seed_random_from_kernel();  // must come before the first context
  return {};
}

zmq::socket_t make_dealer(zmq::context_t& context, const std::string& endpoint) {
  using namespace zmq::sockopt;
  zmq::socket_t dealer(context, zmq::socket_type::dealer);
  dealer.set(linger, 0);
  dealer.set(maxmsgsize, most_reply_bytes);
  dealer.set(reconnect_ivl, reconnect_interval);
  // Not for names: libzmq would only ever try their IPv6 address, and a daemon on 127.0.0.1 is not found as
  // localhost.
  dealer.set(ipv6, endpoint.find('[') != std::string::npos);
  return dealer;
}

zmq::socket_t make_monitor(zmq::context_t& context, zmq::socket_t& dealer) {
  constexpr const char* address = "inproc://connection-events";
  if (::zmq_socket_monitor(dealer.handle(), address, watched_events) != 0) throw zmq::error_t();
  zmq::socket_t events(context, zmq::socket_type::pair);
  events.set(zmq::sockopt::linger, 0);
  events.connect(address);
  return events;
}

}  // namespace

Connection::Connection(std::string endpoint, milliseconds silence)
    : endpoint_(std::move(endpoint)),
      silence_(silence),
      context_(make_context()),
      dealer_(make_dealer(context_, endpoint_)),
      events_(make_monitor(context_, dealer_)) {
  try {
    dealer_.connect(endpoint_);
  } catch (const zmq::error_t& error) {
    throw CommandError(ExitStatus::usage,
                       fmt::format("{} is not an endpoint: {}", quote(endpoint_), error.what()),
                       "expected tcp://HOST:PORT or ipc://PATH");
  }
}

std::vector<std::string> Connection::request(std::string_view bytes) {
  start_ = steady_clock::now();
  dealer_.send(zmq::message_t(), zmq::send_flags::sndmore);
  dealer_.send(zmq::buffer(bytes), zmq::send_flags::none);
  wait_for_reply();
  return receive();
}

void Connection::wait_for_reply() {
  while (!has_reply()) {
    const auto elapsed = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start_);
    if (elapsed >= silence_) fail_silent();
    std::array<zmq::pollitem_t, 2> items = {
        {{dealer_.handle(), 0, ZMQ_POLLIN, 0}, {events_.handle(), 0, ZMQ_POLLIN, 0}}};
    try {
      zmq::poll(items.data(), items.size(), silence_ - elapsed);
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) throw;
    }
    throw_if_interrupted();
    read_events();
  }
}

bool Connection::has_reply() {
  return (dealer_.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0;
}

void Connection::read_events() {
  while ((events_.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0) read_event();
}

void Connection::read_event() {
  zmq::message_t event, address;
  (void)events_.recv(event);
  (void)events_.recv(address);
  std::uint16_t number = 0;
  std::memcpy(&number, event.data(), std::min(event.size(), sizeof number));
  switch (number) {
    case ZMQ_EVENT_CONNECTED:
      progress_ = std::max(progress_, Progress::connected);
      break;
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
      progress_ = Progress::greeted;
      break;
    case ZMQ_EVENT_CONNECT_RETRIED:
      if (progress_ == Progress::connecting && steady_clock::now() - start_ >= refusal_time) fail_refused();
      break;
    case ZMQ_EVENT_DISCONNECTED:
      // What came before the end of the connection is still to be had.
      if (progress_ == Progress::greeted && !has_reply()) fail_closed();
      break;
    default:
      break;
  }
}

std::vector<std::string> Connection::receive() {
  std::vector<std::string> frames;
  for (bool more = true; more;) {
    zmq::message_t frame;
    (void)dealer_.recv(frame);
    more = frame.more();
    frames.push_back(frame.to_string());
  }
  const auto delimiter = std::find(frames.begin(), frames.end(), "");
  if (delimiter == frames.end() || std::next(delimiter) == frames.end()) {
    throw CommandError(ExitStatus::failed, fmt::format("{} sent something that is no reply", endpoint_),
                       "does a zmq-filerd listen there?");
  }
  frames.erase(frames.begin(), std::next(delimiter));
  return frames;
}

void Connection::fail_refused() const {
  throw CommandError(ExitStatus::unreachable,
                     fmt::format("cannot connect to {}: {}", endpoint_, why_unreachable(endpoint_)),
                     "does a zmq-filerd run there? try 'systemctl status zmq-filerd' on that host, or name "
                     "another endpoint with -e");
}

void Connection::fail_closed() const {
  throw CommandError(ExitStatus::unreachable,
                     fmt::format("{} closed the connection without an answer", endpoint_),
                     "was the daemon stopped, or the request too long? try 'journalctl -u zmq-filerd'");
}

void Connection::fail_silent() const {
  const char* what = "did not answer";
  const char* hint = "allow it more time with --timeout, or look at 'systemctl status zmq-filerd'";
  if (progress_ == Progress::connecting) {
    what = "could not be reached";
    hint = "check the address, the network and its firewalls";
  } else if (progress_ == Progress::connected) {
    what = "accepted the connection but did not speak ZeroMQ";
    hint = "is that the port of a zmq-filerd?";
  }
  const double seconds = std::chrono::duration<double>(silence_).count();
  throw CommandError(ExitStatus::unreachable, fmt::format("{} {} within {} s", endpoint_, what, seconds),
                     hint);
}

}  // namespace filer
