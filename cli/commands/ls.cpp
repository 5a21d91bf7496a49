#include "base/escape.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/several.hpp"
#include "cli/completion.hpp"
#include "cli/directory_pages.hpp"
#include "cli/format/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <utility>

namespace filer {
namespace {

/// A listing of more is not sorted: that would take all of it in memory.
constexpr std::size_t most_sorted = 100000;

class Listing {
 public:
  Listing(const ListOptions& options, Client& client, const Console& console)
      : options_(options), client_(client), console_(console) {}

  /// Lists a directory, and with -R what is below it; gives the first failure of those below.
  ExitStatus list_directory(const std::string& directory);

  void list_file(const std::string& path);

 private:
  void print(const std::vector<DirectoryEntry>& entries, const std::string& directory) const;
  void print_title(const std::string& directory);
  ExitStatus list_below(const std::string& directory, const std::vector<DirectoryEntry>& entries);

  const ListOptions& options_;
  Client& client_;
  const Console& console_;
  bool is_first_ = true;
};

void Listing::print(const std::vector<DirectoryEntry>& entries, const std::string& directory) const {
  if (console_.json()) {
    console_.write(format_json(entries, directory));
  } else if (options_.is_long) {
    console_.write(format_long(entries, {options_.is_human, console_.is_terminal()}));
  } else if (console_.is_terminal()) {
    console_.write(format_columns(entries, console_.width()));
  } else {
    console_.write(format_names(entries));
  }
}

void Listing::print_title(const std::string& directory) {
  if (!options_.recursive || console_.json()) return;
  console_.write(fmt::format("{}{}:\n", is_first_ ? "" : "\n", console_.printable(directory)));
  is_first_ = false;
}

ExitStatus Listing::list_directory(const std::string& directory) {
  std::vector<DirectoryEntry> entries;
  bool is_sorted = true;
  bool has_title = false;
  for_each_page(client_, directory, [&](std::vector<DirectoryEntry>& page) {
    if (!std::exchange(has_title, true)) print_title(directory);
    std::move(page.begin(), page.end(), std::back_inserter(entries));
    if (entries.size() > most_sorted) is_sorted = false;
    if (!is_sorted) {
      print(entries, directory);
      entries.clear();
    }
    return true;
  });
  if (is_sorted) {
    std::sort(entries.begin(), entries.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    print(entries, directory);
  }
  if (!options_.recursive) return ExitStatus::done;
  if (is_sorted) return list_below(directory, entries);
  // Read once more, so that no more than a page is ever held.
  ExitStatus status = ExitStatus::done;
  for_each_page(client_, directory, [&](std::vector<DirectoryEntry>& page) {
    status = first_failure(status, list_below(directory, page));
    return true;
  });
  return status;
}

ExitStatus Listing::list_below(const std::string& directory, const std::vector<DirectoryEntry>& entries) {
  ExitStatus status = ExitStatus::done;
  for (const DirectoryEntry& entry : entries) {
    const std::string path = path_below(directory, entry.name);
    if (entry.type != FileType::directory || path.size() >= PATH_MAX) continue;
    ExitStatus below = ExitStatus::done;
    const ExitStatus own = attempt(console_, [&] { below = list_directory(path); });
    status = first_failure(status, first_failure(own, below));
  }
  return status;
}

void Listing::list_file(const std::string& path) {
  StatRequest request;
  request.target.path = path;
  const FileStatus status = client_.ask(request).reply.status();
  print({{path, status.type, status.size, status.mtime}}, "");
}

}  // namespace

ExitStatus run_command(const ListOptions& options, Client& client, const Console& console) {
  if (options.completes) return complete_path(options.path, client, console);
  Listing listing(options, client, console);
  try {
    return listing.list_directory(options.path);
  } catch (const DaemonError& error) {
    if (find_error_code(error.error.code) != ErrorCode::not_a_directory) throw;
    listing.list_file(options.path);
    return ExitStatus::done;
  }
}

}  // namespace filer
