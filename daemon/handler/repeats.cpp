#include "daemon/handler/repeats.hpp"

#include <variant>

namespace filer {
namespace {

/// Of what is copied: the data of a reply is shared.
constexpr std::size_t most_copied = 16 << 10;

/// Whether the answer is about a file, and not about who asks.
bool is_about_files(const Request& request) noexcept {
  return !std::holds_alternative<HelloRequest>(request) && !std::holds_alternative<StatsRequest>(request);
}

/// `outcome`, for another task.
Outcome copy_of(const Outcome& outcome) {
  return {outcome.kind, {}, outcome.reply, outcome.record, {}};
}

}  // namespace

std::optional<Outcome> Repeats::find(const Task& task) const {
  if (!outcome_ || task.may_wait != may_wait_ || task.most_bytes != most_bytes_ || task.request != request_)
    return std::nullopt;
  Outcome outcome = copy_of(*outcome_);
  outcome.record.peer = task.peer.address;
  outcome.record.user = task.peer.user;
  outcome.record.duration = time_taken_by(task);
  return outcome;
}

void Repeats::keep(const Task& task, const Outcome& outcome) {
  outcome_.reset();
  const bool is_kept = outcome.kind == Outcome::Kind::replied && !outcome.record.code &&
                       outcome.reply.header.size() <= most_copied;
  if (!is_kept || !is_about_files(task.request)) return;
  request_ = task.request;
  most_bytes_ = task.most_bytes;
  may_wait_ = task.may_wait;
  outcome_ = copy_of(outcome);
}

}  // namespace filer
