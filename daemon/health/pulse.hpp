#pragma once

#include <atomic>
#include <cstdint>

namespace filer {

/// Whether a thread goes on, as another one sees it: the thread beats at each of its steps, the other looks
/// from time to time, and has to give an idle thread a step to take in between.
class Pulse {
 public:
  /// The thread.
  void beat() noexcept { ++beats_; }

  /// Held by the thread while it waits for another process, however long: it goes on as soon as that does,
  /// and a new process in place of this one would wait just the same.
  class Elsewhere {
   public:
    explicit Elsewhere(Pulse& pulse) noexcept : pulse_(pulse) { pulse_.is_elsewhere_ = true; }
    ~Elsewhere() {
      pulse_.beat();
      pulse_.is_elsewhere_ = false;
    }
    Elsewhere(const Elsewhere&) = delete;
    Elsewhere& operator=(const Elsewhere&) = delete;

   private:
    Pulse& pulse_;
  };

  /// The other: whether the thread has beaten since the last call, or is elsewhere. The first time, it is.
  [[nodiscard]] bool is_felt() noexcept {
    const std::uint64_t beats = beats_;
    const bool has_beaten = beats != beats_seen_ || is_first_look_;
    beats_seen_ = beats;
    is_first_look_ = false;
    return has_beaten || is_elsewhere_;
  }

 private:
  std::atomic<std::uint64_t> beats_ = 0;
  std::atomic<bool> is_elsewhere_ = false;
  std::uint64_t beats_seen_ = 0;  ///< the other's
  bool is_first_look_ = true;     ///< the other's
};

}  // namespace filer
