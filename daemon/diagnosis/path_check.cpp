#include "daemon/diagnosis/path_check.hpp"

#include "base/escape.hpp"
#include "daemon/diagnosis/path_walk.hpp"
#include "daemon/handler/error_mapper.hpp"
#include "protocol/error_code.hpp"

#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>

namespace filer {
namespace {

std::vector<std::string> describe_roots(const Config& config) {
  std::vector<std::string> lines;
  for (const RootConfig& root : config.roots) {
    lines.push_back(fmt::format("  root {}: {}", root.name, quote(root.path)));
  }
  return lines;
}

void add_all(std::vector<std::string>& to, std::string_view kind, const std::vector<Listed>& words) {
  for (const Listed& word : words) to.push_back(fmt::format("{} {}", kind, quote(word.text)));
}

/// Whom a root is for; empty: everybody who can connect.
std::string describe_allow(const Config& config, const std::string& name) {
  for (const RootConfig& root : config.roots) {
    if (root.name != name || !root.allow) continue;
    std::vector<std::string> clients;
    add_all(clients, "address", root.allow->addresses);
    add_all(clients, "user", root.allow->users);
    add_all(clients, "key", root.allow->keys);
    if (clients.empty()) return fmt::format("  the root {} is for nobody ('allow')", name);
    return fmt::format("  the root {} is only for ('allow'): {}", name, fmt::join(clients, ", "));
  }
  return "";
}

/// An absolute path selects a root by its spelling; links on the way to the root hide that it lies there.
std::optional<std::string> better_spelling(const FileStore& files, const std::string& path) {
  std::error_code ignored;
  const std::string real = std::filesystem::weakly_canonical(path, ignored);
  try {
    const Location location = files.locate(real);
    return fmt::format("  its real path, {}, lies in the root {}: ask by that", quote(real),
                       location.root->name());
  } catch (const RequestError&) {
    return std::nullopt;
  }
}

/// What stands at the end of a path that is served.
std::string serve(const FileStore& files, const Location& location, const Limits& limits) {
  const FileStatus status = files.status(location);
  if (status.type == FileType::directory) {
    (void)files.list(location, std::nullopt, 1);
    return "a directory, for list and stat; it has no content";
  }
  (void)files.read_chunk(location, {0, 1}, {}, Access::blocking);
  if (status.size <= limits.content_bytes) return fmt::format("a file of {} bytes", status.size);
  return fmt::format(
      "a file of {} bytes, for get, by ranges; a classic request gets too_large (limits.content_bytes: {})",
      status.size, limits.content_bytes);
}

std::string refusal(const std::exception_ptr& exception) {
  const Failure failure = map_exception(exception);
  return fmt::format("not served: {}: {}", error_code_name(failure.code), failure.message);
}

std::vector<std::string> explain(const Location& location) try {
  std::vector<std::string> lines;
  for (const std::string& step : walk_path(*location.root, location.path)) lines.push_back("  " + step);
  return lines;
} catch (const std::system_error& error) {
  return {fmt::format("  {}", error.what())};
}

}  // namespace

PathVerdict check_path(const Config& config, const FileStore& files, const std::string& path) {
  PathVerdict verdict;
  const auto add = [&verdict](const std::vector<std::string>& lines) {
    verdict.lines.insert(verdict.lines.end(), lines.begin(), lines.end());
  };
  Location location;
  try {
    location = files.locate(path);
  } catch (const RequestError&) {
    add(describe_roots(config));
    if (path.starts_with('/')) {
      if (const auto hint = better_spelling(files, path)) add({*hint});
    }
    add({refusal(std::current_exception())});
    return verdict;
  }
  add({fmt::format("{}: {} below the root {}", quote(path), quote(location.path), location.root->name())});
  if (const auto allow = describe_allow(config, location.root->name()); !allow.empty()) add({allow});
  add(explain(location));
  try {
    add({"served: " + serve(files, location, config.limits)});
    verdict.is_served = true;
  } catch (...) {
    add({refusal(std::current_exception())});
  }
  return verdict;
}

}  // namespace filer
