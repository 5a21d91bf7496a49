#include "daemon/health/self_check.hpp"

#include <fmt/format.h>

namespace filer {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

/// Counts looks in a row.
int count_on(int looks, bool is_so) {
  return is_so ? looks + 1 : 0;
}

}  // namespace

std::vector<LogEntry> SelfCheck::look(const Vitals& vitals, const Load& load) {
  std::vector<LogEntry> entries;
  judge_memory(vitals);
  judge_descriptors(vitals, load);
  judge_connections(load, entries);
  judge_turned_away(load, entries);
  return entries;
}

void SelfCheck::judge_memory(const Vitals& vitals) {
  is_wary_ = vitals.memory_bytes > limits_.memory_bytes / 2;
  looks_with_much_memory_ = count_on(looks_with_much_memory_, vitals.memory_bytes > limits_.memory_bytes);
  if (looks_with_much_memory_ < looks_to_believe) return;
  reason_ = fmt::format(
      "the daemon uses {} MiB of memory, more than limits.memory_bytes ({} MiB): if it comes to that "
      "again and again, look who its peers are, and raise the limit if so much is right",
      vitals.memory_bytes / mebibyte, limits_.memory_bytes / mebibyte);
}

/// Every connection has one, and what else there is, is little: when half of what there may be cannot be
/// accounted for, it is lost.
void SelfCheck::judge_descriptors(const Vitals& vitals, const Load& load) {
  const bool are_lost = vitals.descriptors > load.connections + vitals.descriptor_limit / 2;
  looks_with_lost_descriptors_ = count_on(looks_with_lost_descriptors_, are_lost);
  if (looks_with_lost_descriptors_ < looks_to_believe) return;
  reason_ = fmt::format("the daemon has {} descriptors of {} that it may have, but only {} connections",
                        vitals.descriptors, vitals.descriptor_limit, load.connections);
}

void SelfCheck::judge_connections(const Load& load, std::vector<LogEntry>& entries) {
  const std::uint64_t many = limits_.peers - limits_.peers / 5;
  const std::uint64_t few = limits_.peers - limits_.peers * 2 / 5;
  if (!are_many_ && load.connections >= many) {
    are_many_ = true;
    entries.push_back({LogLevel::warning,
                       message_id::many_connections,
                       fmt::format("{} connections are open of {} that may be (limits.peers); those past it "
                                   "will be cut",
                                   load.connections, limits_.peers),
                       {}});
  } else if (are_many_ && load.connections < few) {
    are_many_ = false;
    entries.push_back({LogLevel::notice,
                       message_id::many_connections,
                       fmt::format("{} connections are open again", load.connections),
                       {}});
  }
}

void SelfCheck::judge_turned_away(const Load& load, std::vector<LogEntry>& entries) {
  if (load.turned_away == turned_away_) return;
  const std::uint64_t count = load.turned_away - turned_away_;
  entries.push_back(
      {LogLevel::warning,
       message_id::connections_turned_away,
       fmt::format(
           "{} connections were turned away: there are as many as limits.peers allows, or the host or "
           "LimitNOFILE= of the service has no descriptor left for them",
           count),
       {{"FILER_CONNECTIONS", fmt::format("{}", count)}}});
  turned_away_ = load.turned_away;
}

}  // namespace filer
