#pragma once

#include "daemon/handler/handler.hpp"

#include <optional>

namespace filer {

/// What was answered last: when a crowd asks the same at the same time, or waits for the same change, one
/// look at the file answers all of them. Used by one thread.
class Repeats {
 public:
  /// Forgets. An answer must not be older than its question: called when requests have come, before the
  /// first of them is attempted; and when all are answered, so that nothing is kept in vain.
  void forget() { outcome_.reset(); }

  /// What became of the last task, where this one asks just the same; whether its peer may have that is for
  /// Handler::share() to say.
  [[nodiscard]] std::optional<Outcome> find(const Task& task) const;

  /// Failures are not kept, for the next attempt may fare better, and large headers are not: making them anew
  /// costs no more than copying them.
  void keep(const Task& task, const Outcome& outcome);

 private:
  Request request_;
  std::size_t most_bytes_ = 0;
  bool may_wait_ = false;
  std::optional<Outcome> outcome_;
};

}  // namespace filer
