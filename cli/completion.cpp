#include "cli/completion.hpp"

#include "cli/directory_pages.hpp"

#include <vector>

namespace filer {
namespace {

constexpr std::size_t most_looked_at = 20000;

}  // namespace

ExitStatus complete_path(const std::string& typed, Client& client, const Console& console) {
  const std::size_t slash = typed.rfind('/');
  const std::string directory = slash == std::string::npos ? "" : typed.substr(0, slash + 1);
  const std::string begun = typed.substr(directory.size());
  std::size_t looked_at = 0;
  for_each_page(client, directory.empty() ? "." : directory, [&](const std::vector<DirectoryEntry>& entries) {
    std::string text;
    for (const DirectoryEntry& entry : entries) {
      const bool is_hidden = entry.name.starts_with('.') && begun.empty();
      if (is_hidden || !entry.name.starts_with(begun)) continue;
      text += directory + entry.name + (entry.type == FileType::directory ? "/" : "") + '\0';
    }
    console.write(text);
    looked_at += entries.size();
    return looked_at < most_looked_at;
  });
  return ExitStatus::done;
}

}  // namespace filer
