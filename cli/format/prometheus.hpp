#pragma once

#include "protocol/reply.hpp"

#include <string>
#include <vector>

namespace filer {

/// A daemon's statistics in Prometheus' text exposition format 0.0.4: requests by op, errors by code, and the
/// durations as a histogram. Numbers that this version does not know
/// are untyped; names that no metric can have are left out.
[[nodiscard]] std::string format_prometheus(const std::vector<NamedNumber>& statistics);

}  // namespace filer
