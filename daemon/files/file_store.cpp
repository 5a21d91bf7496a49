#include "daemon/files/file_store.hpp"

#include "base/escape.hpp"
#include "base/settings.hpp"
#include "base/system_error.hpp"
#include "daemon/files/directory_page.hpp"
#include "daemon/files/file_state.hpp"
#include "daemon/files/openat2.hpp"
#include "protocol/error_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace filer {
namespace {

constexpr std::size_t most_quoted = 64;

}  // namespace

FileStore::FileStore(const std::vector<RootConfig>& roots) {
  std::vector<std::string> problems;
  const auto attempt = [&problems](const auto& action) {
    try {
      action();
    } catch (const std::system_error& error) {
      problems.emplace_back(error.what());
    }
  };
  attempt(require_openat2);
  roots_.reserve(roots.size());
  for (const RootConfig& root : roots) attempt([&] { roots_.emplace_back(root); });
  if (!problems.empty()) throw SettingsError(problems);
}

Location FileStore::locate(const std::string& path, const std::optional<std::string>& root) const {
  if (!path.starts_with('/')) return {&find(root.value_or(default_root_name)), path};
  Location location = locate_absolute(path);
  if (root && location.root != &find(*root)) {
    throw RequestError(ErrorCode::outside_root, "the path does not lie in that root");
  }
  return location;
}

const Root& FileStore::find(const std::string& name) const {
  const auto root = std::find_if(roots_.begin(), roots_.end(),
                                 [&name](const Root& candidate) { return candidate.name() == name; });
  if (root == roots_.end()) {
    throw RequestError(ErrorCode::unknown_root,
                       fmt::format("this daemon has no root named {}; it has {}",
                                   quote(name.substr(0, most_quoted)), fmt::join(root_names(), ", ")));
  }
  return *root;
}

Location FileStore::locate_absolute(const std::string& path) const {
  Location best;
  std::size_t best_length = 0;
  for (const Root& root : roots_) {
    const std::size_t length = root.matches(path);
    if (length == std::string::npos || (best.root != nullptr && length <= best_length)) continue;
    best.root = &root;
    best_length = length;
  }
  if (best.root == nullptr) throw RequestError(ErrorCode::outside_root, "the path lies in none of the roots");
  const std::size_t begin = path.find_first_not_of('/', best_length);
  best.path = begin == std::string::npos ? "." : path.substr(begin);
  return best;
}

std::string FileStore::read_whole(const Location& location, std::uint64_t most_bytes) const {
  const UniqueFileDescriptor file = location.root->open(location.path, OpenFor::reading);
  return read_whole_file(file.borrow(), most_bytes);
}

Chunk FileStore::read_chunk(const Location& location, const Range& range,
                            const Preconditions& preconditions) const {
  const UniqueFileDescriptor file = location.root->open(location.path, OpenFor::reading);
  return filer::read_chunk(file.borrow(), range, preconditions);
}

Digests FileStore::digest(const Location& location, const DigestRange& range,
                          const std::stop_token& stop) const {
  const UniqueFileDescriptor file = location.root->open(location.path, OpenFor::reading);
  return digest_file(file.borrow(), range, stop);
}

FileStatus FileStore::status(const Location& location) const {
  const UniqueFileDescriptor file = location.root->open(location.path, OpenFor::status);
  const FileState state = state_of(file.borrow());
  return {state.type, state.size, mtime_of(state), state.mode, etag_of(state), id_of(state)};
}

DirectoryPage FileStore::list(const Location& location, const std::optional<std::string>& after,
                              std::size_t most_entries,
                              const std::optional<std::string>& if_none_match) const {
  const UniqueFileDescriptor directory = location.root->open(location.path, OpenFor::listing);
  const PageRange range{after, most_entries, location.root->serves_hidden_files()};
  return read_page(directory.borrow(), range, if_none_match);
}

WatchPoints FileStore::watch_points(const Location& location) const {
  const SplitPath split = split_path(location.path);
  WatchPoints points;
  points.itself = location.root->open(location.path, OpenFor::status);
  points.tell_all = tells_changes(points.itself.borrow());
  if (split.name.empty()) return points;
  points.name = split.name;
  points.parent = location.root->open(split.directory, OpenFor::status);
  points.tell_all = points.tell_all && tells_changes(points.parent.borrow()) &&
                    location.root->leads_through_no_link(split.directory);
  return points;
}

std::vector<std::string> FileStore::root_names() const {
  std::vector<std::string> names;
  for (const Root& root : roots_) names.push_back(root.name());
  return names;
}

}  // namespace filer
