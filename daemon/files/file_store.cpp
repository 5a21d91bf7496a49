#include "daemon/files/file_store.hpp"

#include "base/settings.hpp"
#include "daemon/files/openat2.hpp"
#include "daemon/files/whole_file.hpp"
#include "protocol/error_code.hpp"

#include <algorithm>
#include <system_error>

namespace filer {

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

Location FileStore::locate(std::string_view path) const {
  if (!path.starts_with('/')) {
    const auto root = std::find_if(roots_.begin(), roots_.end(), [](const Root& candidate) {
      return candidate.name() == default_root_name;
    });
    if (root == roots_.end()) {
      throw RequestError(ErrorCode::unknown_root,
                         "this daemon has no root named 'default'; name the file by its absolute path");
    }
    return {&*root, std::string(path)};
  }
  Location best;
  std::size_t best_length = 0;
  for (const Root& root : roots_) {
    const std::size_t length = root.matches(path);
    if (length == std::string_view::npos || (best.root != nullptr && length <= best_length)) continue;
    best.root = &root;
    best_length = length;
  }
  if (best.root == nullptr) throw RequestError(ErrorCode::outside_root, "the path lies in none of the roots");
  path.remove_prefix(std::min(path.find_first_not_of('/', best_length), path.size()));
  best.path = path.empty() ? "." : std::string(path);
  return best;
}

std::string FileStore::read_whole(const Location& location, std::uint64_t most_bytes) const {
  const UniqueFileDescriptor file = location.root->open(location.path);
  return read_whole_file(file.borrow(), most_bytes);
}

std::vector<std::string> FileStore::root_names() const {
  std::vector<std::string> names;
  for (const Root& root : roots_) names.push_back(root.name());
  return names;
}

}  // namespace filer
