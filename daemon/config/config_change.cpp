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

const RootConfig* find_root(const std::vector<RootConfig>& roots, const RootConfig& wanted) {
  const auto found = std::find_if(roots.begin(), roots.end(), [&wanted](const RootConfig& root) {
    return root.name == wanted.name && root.path == wanted.path;
  });
  return found == roots.end() ? nullptr : &*found;
}

void keep_roots(const Config& in_force, Config& loaded, Lines& needs_restart) {
  std::vector<RootConfig> roots;
  for (const RootConfig& old : in_force.roots) {
    const RootConfig* now = find_root(loaded.roots, old);
    roots.push_back(now != nullptr ? *now : old);
    if (now != nullptr) continue;
    needs_restart.push_back(
        fmt::format("root {}: {} is served until a restart", quote(old.name), quote(old.path)));
  }
  for (const RootConfig& root : loaded.roots) {
    if (find_root(in_force.roots, root) != nullptr) continue;
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
