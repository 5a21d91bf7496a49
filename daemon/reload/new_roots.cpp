#include "daemon/reload/new_roots.hpp"

#include "base/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

namespace filer {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{1};  // for all of them together

/// Why there is no directory; no error: there is one.
std::error_code look_at(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error) && !error)
    return std::make_error_code(std::errc::not_a_directory);
  return error;
}

std::future<std::error_code> begin_to_look_at(const std::string& path) {
  std::packaged_task<std::error_code()> look([path] { return look_at(path); });
  std::future<std::error_code> seen = look.get_future();
  std::thread(std::move(look)).detach();
  return seen;
}

/// Everything else may be due to what this process may see, and not the next one.
bool is_missing(const std::error_code& error) {
  return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
}

bool has_directory(const Config& config, const std::string& path) {
  return std::any_of(config.roots.begin(), config.roots.end(),
                     [&path](const RootConfig& root) { return root.path == path; });
}

}  // namespace

NewRoots look_at_new_roots(const Config& in_force, const Config& loaded) {
  std::vector<std::pair<const RootConfig*, std::future<std::error_code>>> looks;
  for (const RootConfig& root : loaded.roots) {
    if (!has_directory(in_force, root.path)) looks.emplace_back(&root, begin_to_look_at(root.path));
  }
  const auto end = Clock::now() + patience;
  NewRoots found;
  for (auto& [root, seen] : looks) {
    const auto name = fmt::format("{}: root {}: {}", root->where, quote(root->name), quote(root->path));
    if (seen.wait_until(end) != std::future_status::ready) {
      found.uncertain.push_back(name + " does not answer; a restart may fail");
      continue;
    }
    const std::error_code error = seen.get();
    if (!error) continue;
    if (is_missing(error)) {
      found.missing.push_back(fmt::format("{}: {}", name, error.message()));
    } else {
      found.uncertain.push_back(
          fmt::format("{} cannot be looked at: {}; a restart may fail", name, error.message()));
    }
  }
  return found;
}

}  // namespace filer
