#include "daemon/log/log_writer.hpp"

#include "base/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace filer {
namespace {

using Clock = RateLimit::Clock;

/// A sink that failed is tried again after this.
constexpr std::chrono::seconds retry_time{1};

LogEntry dropped_entry(std::uint64_t count) {
  return {LogLevel::warning,
          message_id::entries_dropped,
          fmt::format("{} log entries were dropped: they came faster than they could be written", count),
          {{"FILER_DROPPED", fmt::format("{}", count)}}};
}

LogEntry left_out_entry(const LeftOut& left_out) {
  const std::string peer = escape(left_out.loudest_peer);
  return {LogLevel::notice,
          message_id::entries_left_out,
          fmt::format("{} log entries of one kind were left out, {} of them about {}: more in a second than "
                      "log.rate allows",
                      left_out.count, left_out.of_loudest_peer, peer),
          {{"FILER_LEFT_OUT", fmt::format("{}", left_out.count)},
           {"FILER_EVENT", std::string(left_out.event)},
           {"FILER_PEER", peer}}};
}

LogEntry as_entry(const LogItem& item) {
  const auto* record = std::get_if<RequestRecord>(&item.what);
  return record != nullptr ? make_entry(*record) : std::get<LogEntry>(item.what);
}

/// Empty: it is about none.
/// Clients that are told apart; behind one address there may be several.
std::string who_asked(const RequestRecord& record) {
  if (!record.key.empty()) return fmt::format("{} (key {})", record.peer, record.key);
  return record.user.empty() ? record.peer : "uid " + record.user;
}

std::string_view peer_of(const LogEntry& entry) {
  const auto field = std::find_if(entry.fields.begin(), entry.fields.end(),
                                  [](const LogEntry::Field& each) { return each.name == "FILER_PEER"; });
  return field == entry.fields.end() ? std::string_view() : field->value;
}

}  // namespace

void LogWriter::write(const LogItem& item) try {
  advance(item.time);
  if (!admit(item)) {
    ++left_out_;
  } else if (!try_write([&item] { return as_entry(item); })) {
    lose();
  }
} catch (const std::bad_alloc&) {
  lose();
}

void LogWriter::lose() noexcept {
  ++lost_;
  ++dropped_;
}

void LogWriter::report(Clock::time_point now) try {
  advance(now);
  if (dropped_ > 0 && try_write([this] { return dropped_entry(dropped_); })) dropped_ = 0;
  std::erase_if(left_out_before_, [this](const auto& left_out) {
    return try_write([&left_out] { return left_out_entry(left_out.second); });
  });
} catch (const std::bad_alloc&) {
  // What is not told now is told later.
}

std::optional<Clock::time_point> LogWriter::next_report() const {
  if (dropped_ > 0 || !left_out_before_.empty()) return Clock::now() + retry_time;
  return rate_limit_.next_report();
}

/// An entry that finds no memory is lost like one that finds no journal.
template <class MakeEntry>
bool LogWriter::try_write(const MakeEntry& make) {
  try {
    const LogEntry entry = make();
    const Pulse::Elsewhere until_it_is_taken(pulse_);
    return sink_->write(entry);
  } catch (const std::bad_alloc&) {
    return false;
  }
}

bool LogWriter::admit(const LogItem& item) {
  if (const auto* record = std::get_if<RequestRecord>(&item.what))
    return rate_limit_.admit(message_id_of(*record), who_asked(*record));
  const auto& entry = std::get<LogEntry>(item.what);
  const std::string_view peer = peer_of(entry);
  return peer.empty() || rate_limit_.admit(entry.message_id, peer);
}

void LogWriter::advance(Clock::time_point now) {
  for (LeftOut& left_out : rate_limit_.advance(now)) {
    const std::string_view event = left_out.event;
    auto& before = left_out_before_[event];
    const std::uint64_t count = before.count + left_out.count;
    if (left_out.of_loudest_peer >= before.of_loudest_peer) before = std::move(left_out);
    before.count = count;
  }
}

}  // namespace filer
