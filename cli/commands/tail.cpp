#include "cli/commands/commands.hpp"
#include "cli/tail/tailed_file.hpp"

namespace filer {

ExitStatus run_command(const TailOptions& options, Client& client, const Console& console) {
  TailedFile file(options.path, client, console);
  try {
    file.print_last_lines(options.lines);
  } catch (const CommandError& error) {
    // What has taken its place is what is followed.
    if (!options.follow || error.status != ExitStatus::changed) throw;
  }
  if (options.follow) file.follow();
  file.finish();
  return ExitStatus::done;
}

}  // namespace filer
