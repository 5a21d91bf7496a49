#include "daemon/service.hpp"

#include "base/escape.hpp"

#include <fmt/format.h>

namespace filer {
namespace {

std::vector<Listener> open_listeners(const Config& config) {
  std::vector<Listener> listeners;
  listeners.reserve(config.bind.size());
  for (const BindConfig& bind : config.bind) listeners.emplace_back(bind);
  return listeners;
}

}  // namespace

Service::Service(const Config& config, Logger& logger)
    : roots_(config.roots),
      files_(config.roots),
      listeners_(open_listeners(config)),
      pool_(config.limits.pool_threads),
      shard_(context_, config.limits, listeners_, files_, pool_, statistics_, logger) {}

std::string Service::summary() const {
  std::vector<std::string> roots, addresses;
  for (const RootConfig& root : roots_) roots.push_back(fmt::format("{} as {}", quote(root.path), root.name));
  for (const Listener& listener : listeners_) addresses.push_back(listener.address());
  return fmt::format("serving {}; listening on {}", fmt::join(roots, ", "), fmt::join(addresses, ", "));
}

}  // namespace filer
