#pragma once

#include "cli/client.hpp"
#include "cli/console.hpp"
#include "cli/exit_status.hpp"
#include "cli/options.hpp"

/// The commands, one overload each: what they print goes to standard output, failures are thrown
/// (CommandError, std::system_error, MalformedReply). Those that take several paths report the failures of
/// single ones, go on, and return the status of the first.
namespace filer {

ExitStatus run_command(const GetOptions& options, Client& client, const Console& console);
ExitStatus run_command(const CatOptions& options, Client& client, const Console& console);
ExitStatus run_command(const ListOptions& options, Client& client, const Console& console);
ExitStatus run_command(const StatOptions& options, Client& client, const Console& console);
ExitStatus run_command(const SumOptions& options, Client& client, const Console& console);

/// Follows until it is interrupted or nobody reads what it prints.
ExitStatus run_command(const TailOptions& options, Client& client, const Console& console);
ExitStatus run_command(const WatchOptions& options, Client& client, const Console& console);

ExitStatus run_command(const PingOptions& options, Client& client, const Console& console);
ExitStatus run_command(const InfoOptions& options, Client& client, const Console& console);
ExitStatus run_command(const StatsOptions& options, Client& client, const Console& console);
ExitStatus run_command(const BenchOptions& options, Client& client, const Console& console);

/// Asks no daemon.
ExitStatus run_command(const KeygenOptions& options, const Console& console);

/// The status tells about the last reply that was an error.
ExitStatus run_command(const RequestOptions& options, Client& client, const Console& console);

}  // namespace filer
