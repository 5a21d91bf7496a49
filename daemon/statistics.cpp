#include "daemon/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace filer {
namespace {

constexpr auto relaxed = std::memory_order_relaxed;

template <class Range, class Value>
std::size_t index_of_first_not_below(const Range& range, const Value& value) {
  return static_cast<std::size_t>(
      std::distance(range.begin(), std::lower_bound(range.begin(), range.end(), value)));
}

}  // namespace

Statistics::Block& Statistics::block_of_this_thread() noexcept {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t number = next.fetch_add(1, relaxed);
  return blocks_[number % blocks_.size()];
}

void Statistics::count_reply(std::string_view op, std::optional<ErrorCode> code, std::size_t bytes,
                             std::chrono::microseconds duration) noexcept {
  Block& block = block_of_this_thread();
  const auto known = std::find(ops.begin(), ops.end() - 1, op);
  const auto microseconds = static_cast<std::uint64_t>(duration.count());
  block.by_op[static_cast<std::size_t>(known - ops.begin())].fetch_add(1, relaxed);
  block.by_duration[index_of_first_not_below(bounds, microseconds)].fetch_add(1, relaxed);
  block.microseconds.fetch_add(microseconds, relaxed);
  block.bytes.fetch_add(bytes, relaxed);
  if (code) block.errors[static_cast<std::size_t>(*code)].fetch_add(1, relaxed);
}

void Statistics::count_dropped_message() noexcept {
  dropped_messages_.fetch_add(1, relaxed);
}

void Statistics::count_waiting(std::int64_t change) noexcept {
  waiting_.fetch_add(change, relaxed);
}

void Statistics::count_connections(std::int64_t change) noexcept {
  connections_.fetch_add(change, relaxed);
}

void Statistics::count_connection_turned_away() noexcept {
  turned_away_.fetch_add(1, relaxed);
}

void Statistics::add(std::string name, Source source) {
  others_.emplace_back(std::move(name), std::move(source));
}

template <class GetCounter>
std::uint64_t Statistics::sum(const GetCounter& get) const {
  return std::accumulate(
      blocks_.begin(), blocks_.end(), std::uint64_t{0},
      [&get](std::uint64_t sum, const Block& block) { return sum + get(block).load(relaxed); });
}

Statistics::Totals Statistics::totals() const {
  Totals totals;
  for (std::size_t op = 0; op < ops.size(); ++op)
    totals.replies += sum([op](const Block& block) -> auto& { return block.by_op[op]; });
  for (std::size_t code = 0; code < error_code_names.size(); ++code)
    totals.errors += sum([code](const Block& block) -> auto& { return block.errors[code]; });
  totals.bytes = sum([](const Block& block) -> auto& { return block.bytes; });
  return totals;
}

std::vector<NamedNumber> Statistics::snapshot() const {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const auto uptime = duration_cast<milliseconds>(std::chrono::steady_clock::now() - start_);
  const Totals all_replies = totals();
  std::vector<NamedNumber> all = {{"uptime_ms", static_cast<std::uint64_t>(uptime.count())},
                                  {"requests", all_replies.replies},
                                  {"reply_bytes", all_replies.bytes},
                                  {"dropped_messages", dropped_messages_},
                                  {"waiting", waiting()},
                                  {"connections", connections()},
                                  {"connections_turned_away", connections_turned_away()}};
  for (const auto& [name, source] : others_) all.push_back({name, source()});
  add_replies(all);
  return all;
}

/// By op, by duration and by error code. The durations are a histogram: each bucket has those below it too,
/// and the count is that of all buckets.
void Statistics::add_replies(std::vector<NamedNumber>& all) const {
  for (std::size_t op = 0; op < ops.size(); ++op)
    all.push_back({fmt::format("requests_{}", ops[op]),
                   sum([op](const Block& block) -> auto& { return block.by_op[op]; })});
  std::uint64_t count = 0;
  for (std::size_t bucket = 0; bucket <= bounds.size(); ++bucket) {
    count += sum([bucket](const Block& block) -> auto& { return block.by_duration[bucket]; });
    if (bucket < bounds.size()) all.push_back({fmt::format("duration_us_le_{}", bounds[bucket]), count});
  }
  all.push_back({"duration_us_count", count});
  all.push_back({"duration_us_sum", sum([](const Block& block) -> auto& { return block.microseconds; })});
  for (std::size_t code = 0; code < error_code_names.size(); ++code)
    all.push_back({std::string(error_code_names[code]),
                   sum([code](const Block& block) -> auto& { return block.errors[code]; })});
}

}  // namespace filer
