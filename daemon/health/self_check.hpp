#pragma once

#include "daemon/config/config.hpp"
#include "daemon/health/vitals.hpp"
#include "daemon/log/log_entry.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace filer {

/// What the daemon knows of those it serves.
struct Load {
  std::uint64_t connections = 0;
  std::uint64_t turned_away = 0;  ///< connections, since the start
};

/// Judges, from look to look, whether the process is well: whether peers come to be too many, and whether
/// it loses memory or descriptors, so that it had better begin anew while it still can in good order.
class SelfCheck {
 public:
  explicit SelfCheck(const Limits& limits) : limits_(limits) {}

  /// Judges by other limits from now on.
  void adopt(const Limits& limits) { limits_ = limits; }

  /// So many looks in a row must find the same, before it is believed.
  static constexpr int looks_to_believe = 3;

  /// What the journal is to be told of this look: each trouble once when it comes, and once when it is over.
  [[nodiscard]] std::vector<LogEntry> look(const Vitals& vitals, const Load& load);

  /// Whether the last look found more memory in use than half of what may be: look more often.
  [[nodiscard]] bool is_wary() const noexcept { return is_wary_; }

  /// Why the process had better begin anew; nullopt: it is well.
  [[nodiscard]] const std::optional<std::string>& reason_to_restart() const noexcept { return reason_; }

 private:
  void judge_memory(const Vitals& vitals);
  void judge_descriptors(const Vitals& vitals, const Load& load);
  void judge_connections(const Load& load, std::vector<LogEntry>& entries);
  void judge_turned_away(const Load& load, std::vector<LogEntry>& entries);

  Limits limits_;
  int looks_with_much_memory_ = 0;
  int looks_with_lost_descriptors_ = 0;
  bool is_wary_ = false;
  bool are_many_ = false;  ///< connections
  std::uint64_t turned_away_ = 0;
  std::optional<std::string> reason_;
};

}  // namespace filer
