#include "cli/connection.hpp"

#include "base/escape.hpp"
#include "cli/exit_status.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <charconv>
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

/// The number, the delimiter, the header, its data: what has more frames is cut there.
constexpr std::size_t most_frames = 16;

constexpr int reconnect_interval = 50;  // ms

/// libzmq's monitor events: two bytes of event, four of value, in host order; then a frame with the address.
constexpr int watched_events = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_RETRIED |
                               ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED |
                               ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                               ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;

/// A daemon that cannot read what was encrypted for another key ends the connection without a word, and so
/// does one that stops at this moment; after so many in a row, it is the key.
constexpr int most_broken_handshakes = 3;

void set_keys(zmq::socket_t& dealer, const CurveKeyPair& own, const std::string& server_key) {
  dealer.set(zmq::sockopt::curve_publickey, own.public_key);
  dealer.set(zmq::sockopt::curve_secretkey, own.secret_key.text());
  dealer.set(zmq::sockopt::curve_serverkey, server_key);
}

zmq::socket_t make_dealer(zmq::context_t& context, const std::string& endpoint, const KeyRing& keys) {
  using namespace zmq::sockopt;
  zmq::socket_t dealer(context, zmq::socket_type::dealer);
  dealer.set(linger, 0);
  dealer.set(sndhwm, 0);  // whoever sends bounds what is under way
  dealer.set(maxmsgsize, most_reply_bytes);
  dealer.set(reconnect_ivl, reconnect_interval);
  // Not for names: libzmq would only ever try their IPv6 address, and a daemon on 127.0.0.1 is not found as
  // localhost.
  dealer.set(ipv6, endpoint.find('[') != std::string::npos);
  const auto server = keys.servers.find(endpoint);
  if (server != keys.servers.end()) set_keys(dealer, keys.own.value(), server->second);
  return dealer;
}

zmq::socket_t make_monitor(zmq::context_t& context, zmq::socket_t& dealer) {
  static std::uint64_t number = 0;
  const std::string address = fmt::format("inproc://connection-events-{}", ++number);
  if (::zmq_socket_monitor(dealer.handle(), address.c_str(), watched_events) != 0) throw zmq::error_t();
  zmq::socket_t events(context, zmq::socket_type::pair);
  events.set(zmq::sockopt::linger, 0);
  events.connect(address);
  return events;
}

bool is_readable(zmq::socket_t& socket) {
  return (socket.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0;
}

std::vector<std::string> receive_frames(zmq::socket_t& socket) {
  std::vector<std::string> frames;
  for (bool more = true; more;) {
    zmq::message_t frame;
    (void)socket.recv(frame);
    more = frame.more();
    if (frames.size() < most_frames) frames.push_back(frame.to_string());
  }
  return frames;
}

/// A number as Connection::send() writes it; nullopt for anything else.
std::optional<std::uint64_t> parse_number(const std::string& frame) {
  std::uint64_t number = 0;
  const char* end = frame.data() + frame.size();
  const auto [rest, error] = std::from_chars(frame.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

}  // namespace

Connection::Connection(zmq::context_t& context, std::string endpoint, const KeyRing& keys)
    : endpoint_(std::move(endpoint)),
      dealer_(make_dealer(context, endpoint_, keys)),
      events_(make_monitor(context, dealer_)),
      uses_curve_(keys.servers.contains(endpoint_)),
      start_(steady_clock::now()) {
  try {
    dealer_.connect(endpoint_);
  } catch (const zmq::error_t& error) {
    throw CommandError(ExitStatus::usage,
                       fmt::format("{} is not an endpoint: {}", quote(endpoint_), error.what()),
                       "expected tcp://HOST:PORT or ipc://PATH");
  }
}

Connection::~Connection() {
  // libzmq's I/O thread would wait for somebody to take its events, and serve no other connection meanwhile.
  ::zmq_socket_monitor(dealer_.handle(), nullptr, 0);
}

void Connection::send(std::uint64_t number, std::string_view request) {
  dealer_.send(zmq::message_t(fmt::format("{}", number)), zmq::send_flags::sndmore);
  dealer_.send(zmq::message_t(), zmq::send_flags::sndmore);
  dealer_.send(zmq::buffer(request), zmq::send_flags::none);
}

std::optional<Delivery> Connection::receive() {
  if (!is_readable(dealer_)) return std::nullopt;
  std::vector<std::string> frames = receive_frames(dealer_);
  const auto number = parse_number(frames.front());
  if (!number || frames.size() < 3 || !frames[1].empty()) {
    throw CommandError(ExitStatus::failed, fmt::format("{} sent something that is no reply", endpoint_),
                       "does a zmq-filerd listen there?");
  }
  frames.erase(frames.begin(), frames.begin() + 2);
  return Delivery{*number, std::move(frames)};
}

void Connection::wait(milliseconds most) {
  std::array<zmq::pollitem_t, 2> items = {
      {{dealer_.handle(), 0, ZMQ_POLLIN, 0}, {events_.handle(), 0, ZMQ_POLLIN, 0}}};
  try {
    zmq::poll(items.data(), items.size(), most);
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) throw;
  }
}

Connection::Progress Connection::progress() {
  while (is_readable(events_)) read_event();
  return progress_;
}

void Connection::read_event() {
  zmq::message_t event, address;
  (void)events_.recv(event);
  (void)events_.recv(address);
  std::uint16_t number = 0;
  std::uint32_t value = 0;
  if (event.size() < sizeof number + sizeof value) return;
  std::memcpy(&number, event.data(), sizeof number);
  std::memcpy(&value, event.data<char>() + sizeof number, sizeof value);
  follow(number, value);
}

void Connection::follow(std::uint16_t number, std::uint32_t value) {
  if (is_rejected(progress_)) return;
  const bool is_pending = progress_ < Progress::connected;
  const bool is_ungreeted = progress_ < Progress::greeted;
  if (number == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH && is_ungreeted) progress_ = Progress::key_refused;
  if (number == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL && value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH &&
      is_ungreeted) {
    progress_ = Progress::unmatched;
  }
  if (number == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL && uses_curve_ && is_ungreeted &&
      ++broken_handshakes_ >= most_broken_handshakes) {
    progress_ = Progress::not_agreed;
  }
  if (number == ZMQ_EVENT_CONNECTED && is_pending) progress_ = Progress::connected;
  if (number == ZMQ_EVENT_HANDSHAKE_SUCCEEDED && progress_ != Progress::lost) progress_ = Progress::greeted;
  if (number == ZMQ_EVENT_DISCONNECTED && progress_ == Progress::greeted) progress_ = Progress::lost;
  if (number == ZMQ_EVENT_CONNECT_RETRIED && is_pending && steady_clock::now() - start_ >= refusal_time) {
    progress_ = Progress::refused;
  }
}

}  // namespace filer
