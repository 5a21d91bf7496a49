#pragma once

#include "cli/console.hpp"
#include "cli/exit_status.hpp"

#include <functional>
#include <string>
#include <vector>

namespace filer {

/// Does one part of a command's work; a failure that does not concern the other parts is reported, and its
/// status returned. Throws what ends them all: CommandError (unreachable, interrupted, usage).
ExitStatus attempt(const Console& console, const std::function<void()>& part);

/// Does the work for each path, in their order; gives the status of the first failure.
ExitStatus for_each_path(const std::vector<std::string>& paths, const Console& console,
                         const std::function<void(const std::string& path)>& work);

/// The first failure of several parts.
[[nodiscard]] ExitStatus first_failure(ExitStatus earlier, ExitStatus later) noexcept;

}  // namespace filer
