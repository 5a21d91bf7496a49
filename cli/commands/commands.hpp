#pragma once

#include "cli/connection.hpp"
#include "cli/exit_status.hpp"
#include "cli/options.hpp"

/// The commands, one overload each: what they print goes to standard output, failures are thrown
/// (CommandError, std::system_error).
namespace filer {

ExitStatus run_command(const GetOptions& options, Connection& connection);
ExitStatus run_command(const PingOptions& options, Connection& connection);

/// The status tells about the last reply that was an error.
ExitStatus run_command(const RequestOptions& options, Connection& connection);

}  // namespace filer
