#include "daemon/config/config_change.hpp"

#include "base/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace filer {
namespace {

using Lines = std::vector<std::string>;

bool have_same_addresses(const Config& a, const Config& b) {
  return std::equal(
      a.bind.begin(), a.bind.end(), b.bind.begin(), b.bind.end(),
      [](const BindConfig& x, const BindConfig& y) { return x.address == y.address && x.curve == y.curve; });
}

void keep_bind(const Config& in_force, Config& loaded, Lines& needs_restart) {
  if (!have_same_addresses(in_force, loaded)) {
    needs_restart.push_back(
        fmt::format("{}: bind: the addresses change with a restart", loaded.bind.front().where));
  }
  loaded.bind = in_force.bind;
}

/// The key belongs to sockets, and a confined process reaches no other directory than that of before.
void keep_files_of_curve(const CurveConfig& in_force, CurveConfig& loaded, Lines& needs_restart) {
  const auto keep = [&](std::string_view name, const std::string& old, std::string& now) {
    if (now != old) needs_restart.push_back(fmt::format("security.curve.{}: changes with a restart", name));
    now = old;
  };
  keep("server_key", in_force.server_key, loaded.server_key);
  keep("authorized_keys", in_force.authorized_keys, loaded.authorized_keys);
}

void keep_number(std::string_view name, std::uint64_t in_force, std::uint64_t& loaded, Lines& needs_restart) {
  if (loaded == in_force) return;
  needs_restart.push_back(fmt::format("{}: {} becomes {} with a restart", name, in_force, loaded));
  loaded = in_force;
}

const RootConfig* find_root(const std::vector<RootConfig>& roots, const std::string& name) {
  const auto found =
      std::find_if(roots.begin(), roots.end(), [&name](const RootConfig& root) { return root.name == name; });
  return found == roots.end() ? nullptr : &*found;
}

/// The directory stays, with what is said of it now.
RootConfig keep_directory(const RootConfig& old, RootConfig now, Lines& needs_restart) {
  if (now.path != old.path) {
    needs_restart.push_back(fmt::format("{}: root {}: {} is served until a restart, {} after it", now.where,
                                        quote(old.name), quote(old.path), quote(now.path)));
  }
  now.path = old.path;
  return now;
}

/// To close a root takes no restart.
RootConfig close(RootConfig old, Lines& needs_restart) {
  needs_restart.push_back(fmt::format("root {}: {} is closed to everybody, and gone with a restart",
                                      quote(old.name), quote(old.path)));
  old.allow.emplace();
  return old;
}

void keep_roots(const Config& in_force, Config& loaded, Lines& needs_restart) {
  std::vector<RootConfig> roots;
  for (const RootConfig& old : in_force.roots) {
    const RootConfig* now = find_root(loaded.roots, old.name);
    roots.push_back(now != nullptr ? keep_directory(old, *now, needs_restart) : close(old, needs_restart));
  }
  for (const RootConfig& root : loaded.roots) {
    if (find_root(in_force.roots, root.name) != nullptr) continue;
    needs_restart.push_back(fmt::format("{}: root {}: {} is served after a restart", root.where,
                                        quote(root.name), quote(root.path)));
  }
  loaded.roots = std::move(roots);
}

}  // namespace

ConfigChange change_config(const Config& in_force, Config loaded) {
  Lines needs_restart;
  keep_bind(in_force, loaded, needs_restart);
  keep_roots(in_force, loaded, needs_restart);
  keep_files_of_curve(in_force.curve, loaded.curve, needs_restart);
  keep_number("shards", in_force.shards, loaded.shards, needs_restart);
  keep_number("limits.request_bytes", in_force.limits.request_bytes, loaded.limits.request_bytes,
              needs_restart);
  keep_number("limits.pool_threads", in_force.limits.pool_threads, loaded.limits.pool_threads, needs_restart);
  return {std::move(loaded), std::move(needs_restart)};
}

}  // namespace filer
