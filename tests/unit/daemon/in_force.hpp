#pragma once

#include "daemon/config/config.hpp"

#include <memory>

namespace filer::test {

/// A configuration with these limits, and otherwise the defaults.
[[nodiscard]] inline ConfigInForce in_force(const Limits& limits = {}) {
  Config config;
  config.limits = limits;
  return std::make_shared<const Config>(config);
}

}  // namespace filer::test
