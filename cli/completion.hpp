#pragma once

#include "cli/client.hpp"
#include "cli/console.hpp"
#include "cli/exit_status.hpp"

#include <string>

namespace filer {

/// Prints what a path, typed so far, can become, for a shell that completes it: each with a NUL behind it,
/// directories end in /. Looks at no more entries than a person would wait for.
ExitStatus complete_path(const std::string& typed, Client& client, const Console& console);

}  // namespace filer
