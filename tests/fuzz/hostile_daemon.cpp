#include "tests/fuzz/hostile_daemon.hpp"

#include "base/sha256.hpp"
#include "cli/exit_status.hpp"
#include "cli/interrupt.hpp"
#include "cli/pause.hpp"
#include "tests/fuzz/host.hpp"

#include <poll.h>

#include <algorithm>

namespace filer::fuzz {
namespace {

constexpr std::uint64_t most_replies = 200;

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// The number that a request names as its offset; 0 where it has none.
std::string offset_of(std::string_view request) {
  constexpr std::string_view key = "\"offset\":";
  const std::size_t at = request.find(key);
  if (at == std::string_view::npos) return "0";
  const std::string_view rest = request.substr(at + key.size());
  return std::string(rest.substr(0, rest.find_first_not_of("0123456789")));
}

}  // namespace

void HostileDaemon::begin(std::string_view script) {
  replies_ = split(script, '\x1e');
  said_.clear();
  count_ = 0;
}

void HostileDaemon::take(std::uint64_t number, std::string_view request) {
  if (count_ >= most_replies) return;
  const std::string& reply = replies_[count_++ % replies_.size()];
  if (reply.empty()) return;
  std::vector<std::string> frames = split(reply, '\x1f');
  const std::string digest = sha256_of(frames.back());
  for (std::string& frame : frames) {
    frame = with(std::move(frame), "@N@", std::to_string(count_));
    frame = with(std::move(frame), "@OFFSET@", offset_of(request));
    frame = with(std::move(frame), "@SHA256@", digest);
  }
  said_.push_back({number, std::move(frames)});
}

std::optional<Delivery> HostileDaemon::next() {
  if (!said_.empty()) {
    Delivery delivery = std::move(said_.front());
    said_.pop_front();
    return delivery;
  }
  if (count_ >= most_replies) throw CommandError(ExitStatus::unreachable, "the daemon has gone");
  return std::nullopt;
}

HostileDaemon& hostile_daemon() {
  static HostileDaemon daemon;
  return daemon;
}

}  // namespace filer::fuzz

namespace filer {

using fuzz::hostile_daemon;

Connection::Connection(zmq::context_t&, std::string endpoint, const KeyRing&)
    : endpoint_(std::move(endpoint)), uses_curve_(false), progress_(Progress::greeted) {}

Connection::~Connection() = default;

void Connection::send(std::uint64_t number, std::string_view request) {
  hostile_daemon().take(number, request);
}

std::optional<Delivery> Connection::receive() {
  return hostile_daemon().next();
}

void Connection::wait(std::chrono::milliseconds most) {
  if (hostile_daemon().is_silent()) ::poll(nullptr, 0, static_cast<int>(most.count()));
}

Connection::Progress Connection::progress() {
  return progress_;
}

std::chrono::milliseconds GrowingPause::next() noexcept {
  return {};
}

void wait_for(std::chrono::milliseconds) {
  throw_if_interrupted();
}

}  // namespace filer
