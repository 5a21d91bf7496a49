#include "cli/client_state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace filer {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Progress = Connection::Progress;

constexpr milliseconds longest_pause{500};

/// A daemon that ends the connection so often without an answer to anything does so because of what it is
/// asked.
constexpr int most_deaf_ends = 3;

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

void Client::State::connect() {
  connection_.emplace(context_, endpoint(), keys_);
  const auto now = Clock::now();
  quiet_since_ = now;
  overtaker_ = {};
  pending.send_all(now, sender());
}

void Client::State::attend_connection(Clock::time_point now) {
  const Progress progress = connection_->progress();
  if (progress == Progress::greeted || progress == Progress::lost) met_ = true;
  const bool has_ended = progress == Progress::refused || progress == Progress::lost || is_rejected(progress);
  const bool is_in_vain = progress < Progress::greeted && met_ && !pending.empty() && is_hopeless();
  if (has_ended || is_in_vain || now >= silent_at()) abandon(failure_of(progress));
}

/// When this connection is to be given up for its silence.
Clock::time_point Client::State::silent_at() const {
  if (!pending.is_any_under_way()) return Clock::time_point::max();
  return std::min(quiet_since_ + silence_, pending.late_at(answered_, silence_));
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

}  // namespace filer
