#include "daemon/transport/drop_report.hpp"

#include "base/escape.hpp"

#include <fmt/format.h>

#include <string>

namespace filer {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds interval{1000};

std::string describe(std::uint64_t count, const std::string& peer, const char* reason) {
  if (count == 1) return fmt::format("a message of {} was dropped: {}", peer, reason);
  return fmt::format("{} messages were dropped, the last one of {}: {}", count, peer, reason);
}

}  // namespace

void DropReport::note(const Peer& peer, const char* why) {
  statistics_.count_dropped_message();
  ++count_;
  last_peer_ = peer;
  last_reason_ = why;
  tell();
}

void DropReport::tell() {
  const auto now = steady_clock::now();
  if (count_ == 0 || now < next_) return;
  const std::string address = escape(last_peer_.address);
  logger_.log({LogLevel::warning,
               message_id::messages_dropped,
               describe(count_, address, last_reason_),
               {{"FILER_PEER", address},
                {"FILER_USER", escape(last_peer_.user)},
                {"FILER_DROPPED_MESSAGES", fmt::format("{}", count_)}}});
  count_ = 0;
  next_ = now + interval;
}

std::optional<std::chrono::milliseconds> DropReport::time_to_tell() const {
  if (count_ == 0) return std::nullopt;
  return interval;
}

}  // namespace filer
