#include "base/escape.hpp"
#include "daemon/config/config_loader.hpp"
#include "daemon/transport/address.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace filer {
namespace {

/// What is wrong with one bind address; empty: nothing.
std::string check_bind(const BindConfig& bind, bool allow_plaintext) {
  try {
    const Address address = parse_address(bind.address);
    if (address.is_local() || allow_plaintext || bind.curve) return {};
    return fmt::format(
        "bind: {0} can be reached from other hosts, and nothing encrypts or authenticates there; write "
        "{{address: \"{1}\", curve: true}} and authorize keys (zmq-filerd(8)), bind to a loopback or ipc "
        "address, or set security.allow_plaintext: true if the network itself is trusted",
        quote(bind.address), escape(bind.address));
  } catch (const std::invalid_argument& error) {
    return fmt::format("bind: {}: {}", quote(bind.address), error.what());
  }
}

std::string check_root(const RootConfig& root) {
  if (root.path.front() != '/') {
    return fmt::format("root {}: {} is not an absolute path", quote(root.name), quote(root.path));
  }
  if (root.path.find('\0') != std::string::npos) {
    return fmt::format("root {}: the path contains a NUL", quote(root.name));
  }
  return {};
}

/// What keeps it from being listened on beside those before it; empty: nothing.
std::string check_beside(const BindConfig& bind, const std::vector<BindConfig>& all) {
  for (const BindConfig* before = all.data(); before != &bind; ++before) {
    if (before->address == bind.address)
      return fmt::format("bind: {} is there more than once", quote(bind.address));
    try {
      if (!parse_address(before->address).excludes(parse_address(bind.address))) continue;
    } catch (const std::invalid_argument&) {
      continue;  // told where it stands
    }
    return fmt::format("bind: {} and {} exclude each other", quote(before->address), quote(bind.address));
  }
  return {};
}

}  // namespace

void check_config(const Config& config, std::vector<std::string>& problems) {
  const auto add = [&problems](const Where& where, const std::string& problem) {
    if (!problem.empty()) problems.push_back(fmt::format("{}: {}", where, problem));
  };
  for (const BindConfig& bind : config.bind) {
    add(bind.where, check_bind(bind, config.allow_plaintext));
    add(bind.where, check_beside(bind, config.bind));
  }
  for (const RootConfig& root : config.roots) add(root.where, check_root(root));
}

}  // namespace filer
