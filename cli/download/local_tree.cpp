#include "cli/download/local_tree.hpp"

#include "base/escape.hpp"
#include "base/system_error.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace filer {
namespace {

/// Of neighbours, one after the other is asked for; descriptors are few.
constexpr std::size_t most_open = 16;

std::shared_ptr<const LocalDirectory> make_root(const std::string& path) {
  constexpr mode_t all = 0777;  // the umask takes away what it may
  if (::mkdir(path.c_str(), all) != 0 && errno != EEXIST) throw_errno("create " + quote(path));
  return std::make_shared<LocalDirectory>(path);
}

}  // namespace

LocalTree::LocalTree(const std::string& path) : root_(make_root(path)) {}

std::shared_ptr<const LocalDirectory> LocalTree::open(const std::string& below) {
  if (below.empty()) return root_;
  if (const auto found = open_.find(below); found != open_.end()) return found->second;
  const SplitPath path = split_path(below);
  auto directory = std::make_shared<LocalDirectory>(open(path.directory)->enter(path.name));
  if (open_.size() >= most_open) open_.clear();
  return open_[below] = std::move(directory);
}

void LocalTree::make(const std::string& below) {
  const SplitPath path = split_path(below);
  const auto parent = open(path.directory);
  parent->make(path.name);
  (void)parent->enter(path.name);  // something else may lie there
}

SplitPath split_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return {"", path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

}  // namespace filer
