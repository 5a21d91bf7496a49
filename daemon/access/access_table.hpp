#pragma once

#include "daemon/access/access_rules.hpp"
#include "daemon/access/key_mark.hpp"

#include <memory>
#include <mutex>
#include <utility>

namespace filer {

/// The rules in force, and how those who decide by them know keys that were proved. Any thread.
class AccessTable {
 public:
  explicit AccessTable(std::shared_ptr<const AccessRules> rules) : rules_(std::move(rules)) {}

  [[nodiscard]] std::shared_ptr<const AccessRules> rules() const {
    const std::lock_guard lock(mutex_);
    return rules_;
  }

  /// From now on, others are. Whoever looks at rules() again decides by them.
  void replace(std::shared_ptr<const AccessRules> rules) {
    const std::lock_guard lock(mutex_);
    rules_.swap(rules);
  }

  [[nodiscard]] const KeyMark& key_mark() const noexcept { return key_mark_; }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const AccessRules> rules_;
  KeyMark key_mark_;
};

}  // namespace filer
