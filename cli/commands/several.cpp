#include "cli/commands/several.hpp"

namespace filer {
namespace {

bool ends_all(ExitStatus status) {
  return status == ExitStatus::unreachable || status == ExitStatus::interrupted ||
         status == ExitStatus::usage;
}

}  // namespace

ExitStatus attempt(const Console& console, const std::function<void()>& part) {
  try {
    part();
    return ExitStatus::done;
  } catch (const CommandError& error) {
    if (ends_all(error.status)) throw;
    return console.report(error);
  }
}

ExitStatus for_each_path(const std::vector<std::string>& paths, const Console& console,
                         const std::function<void(const std::string& path)>& work) {
  ExitStatus status = ExitStatus::done;
  for (const std::string& path : paths) {
    status = first_failure(status, attempt(console, [&] { work(path); }));
  }
  return status;
}

ExitStatus first_failure(ExitStatus earlier, ExitStatus later) noexcept {
  return earlier == ExitStatus::done ? later : earlier;
}

}  // namespace filer
