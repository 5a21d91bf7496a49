#include "daemon/statistics.hpp"

namespace filer {

void Statistics::count_reply(std::optional<ErrorCode> code, std::size_t bytes) noexcept {
  constexpr auto relaxed = std::memory_order_relaxed;
  requests_.fetch_add(1, relaxed);
  bytes_.fetch_add(bytes, relaxed);
  if (code) errors_[static_cast<std::size_t>(*code)].fetch_add(1, relaxed);
}

void Statistics::count_dropped_message() noexcept {
  dropped_messages_.fetch_add(1, std::memory_order_relaxed);
}

void Statistics::count_waiting(std::int64_t change) noexcept {
  waiting_.fetch_add(change, std::memory_order_relaxed);
}

void Statistics::count_connections(std::int64_t change) noexcept {
  connections_.fetch_add(change, std::memory_order_relaxed);
}

void Statistics::count_connection_turned_away() noexcept {
  turned_away_.fetch_add(1, std::memory_order_relaxed);
}

std::vector<NamedNumber> Statistics::snapshot() const {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const auto uptime = duration_cast<milliseconds>(std::chrono::steady_clock::now() - start_);
  std::vector<NamedNumber> all = {{"uptime_ms", static_cast<std::uint64_t>(uptime.count())},
                                  {"requests", requests_},
                                  {"reply_bytes", bytes_},
                                  {"dropped_messages", dropped_messages_},
                                  {"waiting", waiting()},
                                  {"connections", connections()},
                                  {"connections_turned_away", connections_turned_away()}};
  for (std::size_t code = 0; code < errors_.size(); ++code)
    all.push_back({std::string(error_code_names[code]), errors_[code]});
  return all;
}

}  // namespace filer
