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
#include <cerrno>
#include <system_error>

namespace filer {
namespace {

constexpr std::size_t most_quoted = 64;

/// What is still done at once, where all of it is cached, in bytes: JSON takes longer to write than to read.
constexpr std::uint64_t most_cached_content = 128 << 10;
constexpr std::uint64_t most_cached_chunk = 1 << 20;

/// `usable`: the roots that may be used, of so many. Where there are others, it is not told whether this is
/// one of them.
[[noreturn]] void refuse_root(const std::string& name, const std::vector<std::string>& usable,
                              std::size_t count) {
  const std::string shown = quote(name.substr(0, most_quoted));
  if (usable.size() == count) {
    throw RequestError(ErrorCode::unknown_root, fmt::format("this daemon has no root named {}; it has {}",
                                                            shown, fmt::join(usable, ", ")));
  }
  const std::string others = usable.empty() ? "none" : fmt::format("{}", fmt::join(usable, ", "));
  throw RequestError(ErrorCode::access_denied,
                     fmt::format("you may not use a root named {}; you may use {}", shown, others));
}

/// Calls `read` with the flags for what was opened in a root under this access.
template <class Read>
auto read_from(const Root& root, Access access, const Read& read) {
  try {
    return read(root.read_flags(access));
  } catch (const std::system_error& error) {
    if (access != Access::cached || error.code().value() != EOPNOTSUPP) throw;
    root.give_up_cached_reading();
    throw WouldBlock();
  }
}

}  // namespace

FileStore::FileStore(const std::vector<RootConfig>& roots) {
  std::vector<std::string> problems;
  const auto attempt = [&problems](const auto& action) {
    try {
      action();
    } catch (const std::system_error& error) {
      if (!is_lasting(error.code().value())) throw;
      problems.emplace_back(error.what());
    }
  };
  attempt(require_openat2);
  for (const RootConfig& root : roots) attempt([&] { roots_.emplace_back(root); });
  if (!problems.empty()) throw SettingsError(problems);
}

void FileStore::adopt(const std::vector<RootConfig>& roots) noexcept {
  for (Root& root : roots_) {
    const auto same = std::find_if(roots.begin(), roots.end(),
                                   [&root](const RootConfig& config) { return config.name == root.name(); });
    if (same != roots.end()) root.adopt(*same);
  }
}

Location FileStore::locate(const std::string& path, const std::optional<std::string>& root,
                           const RootFilter& may_use) const {
  if (!path.starts_with('/')) return {&find(root.value_or(default_root_name), may_use), path};
  Location location = locate_absolute(path, may_use);
  if (root && location.root != &find(*root, may_use)) {
    throw RequestError(ErrorCode::outside_root, "the path does not lie in that root");
  }
  return location;
}

const Root& FileStore::find(const std::string& name, const RootFilter& may_use) const {
  const auto root = std::find_if(roots_.begin(), roots_.end(), [&](const Root& candidate) {
    return candidate.name() == name && may_use(name);
  });
  if (root == roots_.end()) refuse_root(name, root_names(may_use), roots_.size());
  return *root;
}

Location FileStore::locate_absolute(const std::string& path, const RootFilter& may_use) const {
  Location best;
  std::size_t best_length = 0;
  for (const Root& root : roots_) {
    const std::size_t length = root.matches(path);
    if (length == std::string::npos || (best.root != nullptr && length <= best_length)) continue;
    if (!may_use(root.name())) continue;
    best.root = &root;
    best_length = length;
  }
  if (best.root == nullptr) throw RequestError(ErrorCode::outside_root, "the path lies in none of the roots");
  const std::size_t begin = path.find_first_not_of('/', best_length);
  best.path = begin == std::string::npos ? "." : path.substr(begin);
  return best;
}

Bytes FileStore::read_whole(const Location& location, std::uint64_t most_bytes, Access access) const {
  const UniqueFileDescriptor file = location.root->open(location.path, OpenFor::reading, access);
  if (access == Access::cached && state_of(file.borrow()).size > most_cached_content) throw WouldBlock();
  return read_from(*location.root, access,
                   [&](int flags) { return read_whole_file(file.borrow(), most_bytes, flags); });
}

Chunk FileStore::read_chunk(const Location& location, const Range& range, const Preconditions& preconditions,
                            Access access) const {
  if (access == Access::cached && range.length > most_cached_chunk) throw WouldBlock();
  const UniqueFileDescriptor file = location.root->open(location.path, OpenFor::reading, access);
  return read_from(*location.root, access,
                   [&](int flags) { return filer::read_chunk(file.borrow(), range, preconditions, flags); });
}

Digests FileStore::digest(const Location& location, const DigestRange& range,
                          Supervision& supervision) const {
  const UniqueFileDescriptor file = location.root->open(location.path, OpenFor::reading, Access::blocking);
  return digest_file(file.borrow(), range, supervision);
}

FileStatus FileStore::status(const Location& location, Access access) const {
  const UniqueFileDescriptor file = location.root->open(location.path, OpenFor::status, access);
  const FileState state = state_of(file.borrow());
  return {state.type, state.size, mtime_of(state), state.mode, etag_of(state), id_of(state)};
}

DirectoryPage FileStore::list(const Location& location, const std::optional<std::string>& after,
                              std::size_t most_entries) const {
  const UniqueFileDescriptor directory =
      location.root->open(location.path, OpenFor::listing, Access::blocking);
  const PageRange range{after, most_entries, location.root->serves_hidden_files()};
  return read_page(directory.borrow(), range);
}

WatchPoints FileStore::watch_points(const Location& location) const {
  const SplitPath split = split_path(location.path);
  WatchPoints points;
  const auto open = [&](const std::string& path) {
    return location.root->open(path, OpenFor::status, Access::cached);
  };
  points.itself = open(location.path);
  points.tell_all = true;
  if (split.name.empty()) return points;
  points.name = split.name;
  points.parent = open(split.directory);
  points.tell_all = location.root->leads_through_no_link(split.directory, Access::cached);
  return points;
}

std::vector<std::string> FileStore::root_names(const RootFilter& may_use) const {
  std::vector<std::string> names;
  for (const Root& root : roots_) {
    if (may_use(root.name())) names.push_back(root.name());
  }
  return names;
}

}  // namespace filer
