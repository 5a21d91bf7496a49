#include "daemon/transport/listeners.hpp"

#include "base/escape.hpp"
#include "base/settings.hpp"
#include "daemon/systemd/service_manager.hpp"
#include "daemon/transport/address.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace filer {
namespace {

/// What begins the names of sockets that this daemon has kept. A socket unit's have others.
constexpr std::string_view kept_prefix = "zmq-filerd/";

/// In characters that the service manager takes for a name.
std::string encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = c > ' ' && c < '\x7f' && c != ':' && c != '%';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  return encoded;
}

/// The name to keep a socket by. It tells the socket file apart from another that took its place: a socket
/// that its path does not lead to any more is of no use.
std::string kept_name(const BindConfig& bind) {
  std::string name = std::string(kept_prefix) + encode(bind.address);
  const std::string path = parse_address(bind.address).ipc_path;
  struct stat status {};
  if (path.empty() || ::lstat(path.c_str(), &status) != 0) return name;
  return fmt::format("{}#{}", name, status.st_ino);
}

bool is_of(const BindConfig& bind, const std::string& address) {
  const Address configured = parse_address(bind.address);
  return format_address(configured.socket_address, configured.length) == address;
}

/// Whether the configuration says so of the same address.
bool is_for_curve(const std::string& address, const Config& config) {
  return std::any_of(config.bind.begin(), config.bind.end(),
                     [&address](const BindConfig& bind) { return bind.curve && is_of(bind, address); });
}

/// An address that is to be for CURVE, and is not there under that name, may be there in plaintext under
/// another.
void require_all_for_curve(const std::vector<Listener>& listeners, const Config& config,
                           std::vector<std::string>& problems) {
  for (const BindConfig& bind : config.bind) {
    if (!bind.curve) continue;
    const bool is_there = std::any_of(listeners.begin(), listeners.end(), [&bind](const Listener& listener) {
      return is_of(bind, listener.address());
    });
    if (is_there) continue;
    problems.push_back(fmt::format(
        "{}: bind: {} is for CURVE, and no socket unit passes it; have ListenStream= name exactly "
        "this address",
        bind.where, quote(bind.address)));
  }
}

/// Of what a socket unit passed.
std::vector<Listener> take_given(std::vector<PassedSocket> given, const Config& config) {
  std::vector<Listener> listeners;
  std::vector<std::string> problems;
  for (PassedSocket& socket : given) {
    const std::string name = fmt::format("the socket {} of a socket unit", quote(socket.name));
    try {
      listeners.emplace_back(std::move(socket.descriptor));
    } catch (const std::invalid_argument& error) {
      problems.push_back(fmt::format("{}: {}; expected ListenStream= and Accept=no", name, error.what()));
      continue;
    }
    Listener& listener = listeners.back();
    if (is_for_curve(listener.address(), config)) listener.require_curve();
    if (!config.allow_plaintext && !listener.is_for_curve() &&
        !parse_address(listener.address()).is_local()) {
      problems.push_back(
          fmt::format("{}: {} can be reached from other hosts, and nothing encrypts or authenticates there; "
                      "have 'bind' name the same address with curve: true, or set security.allow_plaintext: "
                      "true if the network itself is trusted",
                      name, quote(listener.address())));
    }
  }
  require_all_for_curve(listeners, config, problems);
  if (!problems.empty()) throw SettingsError(problems);
  return listeners;
}

using KeptSockets = std::multimap<std::string, UniqueFileDescriptor>;

/// Those that are not wanted any more, and those of which there are several by one name: only one would be
/// served, in this network or in one that the service was in before.
void close_others(KeptSockets& kept, const std::vector<BindConfig>& binds) {
  std::set<std::string> wanted, unwanted;
  for (const BindConfig& bind : binds) wanted.insert(kept_name(bind));
  for (const auto& [name, socket] : kept) {
    if (!wanted.contains(name) || kept.count(name) > 1) unwanted.insert(name);
  }
  for (const std::string& name : unwanted) {
    kept.erase(name);
    service_manager::forget(name);
  }
}

/// The unit lets the service make no socket for a network.
Listener open(const BindConfig& bind) try { return Listener(bind); } catch (const std::system_error& error) {
  if (error.code() != std::errc::address_family_not_supported || !service_manager::is_there()) throw;
  throw std::runtime_error(
      fmt::format("{}; ExecStartPre= of the unit has not opened it: something has that port (see ss -tan), "
                  "the port is '*', "
                  "or there is another reason, told before",
                  error.what()));
}

Listener take_or_open(KeptSockets& kept, const BindConfig& bind) {
  if (auto found = kept.extract(kept_name(bind))) {
    Listener listener(std::move(found.mapped()));
    if (bind.curve) listener.require_curve();
    return listener;
  }
  Listener listener = open(bind);
  if (service_manager::keep(listener.borrow(), kept_name(bind))) listener.leave_socket_file();
  return listener;
}

/// Why it could not be opened; empty: it was, or it is in use.
std::string open_for_service(const BindConfig& bind) try {
  const Listener listener(bind);
  if (!service_manager::keep(listener.borrow(), kept_name(bind)))
    throw std::runtime_error("no service manager keeps the sockets: this is for ExecStartPre= of a unit");
  return "";
} catch (const std::system_error& error) {
  return error.code() == std::errc::address_in_use ? "" : error.what();
}

}  // namespace

std::vector<Listener> open_listeners(const Config& config, std::vector<PassedSocket> passed) {
  KeptSockets kept;
  std::vector<PassedSocket> given;
  for (PassedSocket& socket : passed) {
    if (socket.name.starts_with(kept_prefix)) {
      kept.emplace(std::move(socket.name), std::move(socket.descriptor));
    } else {
      given.push_back(std::move(socket));
    }
  }
  // Before others are opened, which may have the same port.
  close_others(kept, given.empty() ? config.bind : std::vector<BindConfig>());
  if (!given.empty()) return take_given(std::move(given), config);
  try {
    std::vector<Listener> listeners;
    listeners.reserve(config.bind.size());
    for (const BindConfig& bind : config.bind) listeners.push_back(take_or_open(kept, bind));
    return listeners;
  } catch (...) {
    for (const BindConfig& bind : config.bind) service_manager::forget(kept_name(bind));
    throw;
  }
}

std::vector<std::string> open_tcp_for_service(const Config& config) {
  std::vector<std::string> problems;
  for (const BindConfig& bind : config.bind) {
    if (!parse_address(bind.address).has_port()) continue;
    if (std::string problem = open_for_service(bind); !problem.empty())
      problems.push_back(std::move(problem));
  }
  service_manager::wait_until_told();
  return problems;
}

}  // namespace filer
