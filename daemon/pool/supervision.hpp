#pragma once

#include "protocol/error_code.hpp"

#include <atomic>
#include <chrono>

namespace filer {

/// How work that takes long is watched over, from another thread: whether it goes on, and that it ends when
/// nobody wants it any more.
class Supervision {
 public:
  using Clock = std::chrono::steady_clock;

  /// The worker, at every step. Throws RequestError (busy) once stop() was called.
  void step() {
    if (stopped_) throw RequestError(ErrorCode::busy, "the daemon gave it up");
    last_step_ = Clock::now();
  }

  /// The supervisor.
  void stop() noexcept { stopped_ = true; }
  [[nodiscard]] Clock::time_point last_step() const noexcept { return last_step_; }

 private:
  std::atomic<bool> stopped_{false};
  std::atomic<Clock::time_point> last_step_{Clock::now()};
};

}  // namespace filer
