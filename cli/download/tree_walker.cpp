#include "cli/download/tree_walker.hpp"

#include "base/escape.hpp"
#include "cli/download/partial_file.hpp"
#include "cli/format/listing.hpp"
#include "cli/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace filer {
namespace {

/// Pages that are under way at once, and files that may wait before more are looked for.
constexpr std::size_t most_pages_asked = 8;
constexpr std::size_t enough_files = 1000;

constexpr std::ptrdiff_t most_depth = 256;

std::string join(const std::string& directory, const std::string& name) {
  return directory.empty() ? name : directory + '/' + name;
}

}  // namespace

TreeWalker::TreeWalker(Pipeline& pipeline, DownloadReport& report, LocalTree& tree, std::string remote)
    : pipeline_(pipeline), report_(report), tree_(tree), remote_(std::move(remote)) {}

bool TreeWalker::ask() {
  if (pages_.empty() || pages_asked_ >= most_pages_asked || files_.size() >= enough_files) return false;
  const Page page = std::move(pages_.back());
  pages_.pop_back();
  ListRequest list;
  list.target.path = remote_path(page.below);
  list.after = page.after;
  ++pages_asked_;
  pipeline_.send(list, 0, [this, page](Arrival& arrival) {
    --pages_asked_;
    take_page(arrival, page);
  });
  return true;
}

std::unique_ptr<Transfer> TreeWalker::next() {
  if (files_.empty()) return nullptr;
  const File file = std::move(files_.front());
  files_.pop_front();
  SplitPath path = split_path(file.below);
  auto open_directory = [this, directory = std::move(path.directory)] { return tree_.open(directory); };
  auto destination = std::make_unique<PartialFile>(std::move(open_directory), std::move(path.name),
                                                   tree_.path_of(file.below), false);
  return std::make_unique<Transfer>(pipeline_, remote_path(file.below), std::move(destination), file.size);
}

bool TreeWalker::is_over() const {
  return pages_.empty() && pages_asked_ == 0 && files_.empty();
}

void TreeWalker::take_page(Arrival& arrival, const Page& asked) try {
  DirectoryPage page = arrival.answer().reply.page();
  PageCount count = asked.before;
  count.take(page, asked.after);
  if (page.next) pages_.push_back({asked.below, std::move(page.next), count});
  for (const DirectoryEntry& entry : page.entries) take_entry(asked.below, entry);
} catch (const CommandError& error) {
  report_.take_failure(error);
} catch (const MalformedReply& error) {
  const std::string path = quote(remote_path(asked.below));
  report_.take_failure(malformed_reply(pipeline_.endpoint(), fmt::format("{}: {}", path, error.what())));
}

void TreeWalker::take_entry(const std::string& directory, const DirectoryEntry& entry) {
  if (!is_safe_name(entry.name)) {
    report_.take_failure(
        CommandError(ExitStatus::failed,
                     fmt::format("{} lists {} in {}, a name that no file can have", pipeline_.endpoint(),
                                 quote(entry.name), quote(remote_path(directory)))));
    return;
  }
  const std::string below = join(directory, entry.name);
  if (is_partial_name(entry.name)) return omit(below, "part of a download that was cut short");
  switch (entry.type) {
    case FileType::file:
      files_.push_back({below, entry.size});
      report_.add_file(entry.size);
      break;
    case FileType::directory:
      take_directory(below);
      break;
    case FileType::symlink:
      omit(below, "a symbolic link; it can be downloaded by its name");
      break;
    case FileType::other:
      omit(below, "neither a file nor a directory");
      break;
  }
}

void TreeWalker::take_directory(const std::string& below) try {
  if (std::count(below.begin(), below.end(), '/') >= most_depth) {
    throw CommandError(ExitStatus::failed, fmt::format("{} lies too deep", quote(remote_path(below))),
                       "download it by its name");
  }
  tree_.make(below);
  pages_.push_back({below, std::nullopt, {}});
} catch (const CommandError& error) {
  report_.take_failure(error);
} catch (const std::system_error& error) {
  report_.take_failure(CommandError(ExitStatus::failed, error.what()));
}

void TreeWalker::omit(const std::string& below, std::string_view what) {
  report_.take_omission(fmt::format("left out {}: {}", quote(remote_path(below)), what));
}

std::string TreeWalker::remote_path(const std::string& below) const {
  return below.empty() ? remote_ : path_below(remote_, below);
}

}  // namespace filer
