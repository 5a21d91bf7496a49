#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// Entries a second; 0: any number.
struct LogRates {
  std::uint64_t of_peer = 0;  ///< of one kind of event, about one peer
  std::uint64_t of_all = 0;   ///< of one kind of event, about all peers
};

/// What was left out of one kind of event.
struct LeftOut {
  std::string_view event;  ///< its message id
  std::uint64_t count = 0;
  std::string loudest_peer;  ///< that most of them are about
  std::uint64_t of_loudest_peer = 0;
};

/// Bounds what peers can fill the journal with, second by second. Kinds of event are counted apart, so that
/// many of one hide none of another. One thread.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::seconds window{1};

  /// Of each kind, so many peers are told apart in a second; those past them share what one may have.
  static constexpr std::size_t most_peers = 1024;
  static constexpr std::string_view other_peers = "others";

  void set_rates(const LogRates& rates) { rates_ = rates; }

  /// Begins another second where `now` is past the last one, and returns what was left out in that.
  [[nodiscard]] std::vector<LeftOut> advance(Clock::time_point now);

  /// Whether one more entry about a peer may be written; if not, it is counted as left out. `event` must
  /// outlive this.
  [[nodiscard]] bool admit(std::string_view event, std::string_view peer);

  /// When advance() has something to return; nullopt: nothing was left out.
  [[nodiscard]] std::optional<Clock::time_point> next_report() const;

 private:
  struct Count {
    std::uint64_t admitted = 0;
    std::uint64_t left_out = 0;
  };

  /// One kind of event in this second.
  struct Kind {
    Count all;
    std::map<std::string, Count, std::less<>> peers;
  };

  static Count& count_of(Kind& kind, std::string_view peer);

  LogRates rates_;
  Clock::time_point end_;  ///< of this second
  bool has_left_out_ = false;
  std::map<std::string_view, Kind> kinds_;
};

}  // namespace filer
