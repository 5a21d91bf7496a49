#include "daemon/access/access_loader.hpp"

#include "base/escape.hpp"
#include "base/key_file.hpp"
#include "base/settings.hpp"
#include "daemon/access/authorized_keys.hpp"
#include "daemon/access/users.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace filer {
namespace {

using Lines = std::vector<std::string>;

RootAccess access_of(const AllowConfig& allow, Lines& problems) {
  RootAccess access;
  access.is_for_some = true;
  for (const Listed& address : allow.addresses) {
    try {
      access.addresses.emplace_back(address.text);
    } catch (const std::invalid_argument& error) {
      problems.push_back(
          fmt::format("{}: addresses: {}: {}", address.where, quote(address.text), error.what()));
    }
  }
  for (const Listed& user : allow.users) {
    std::string uid = uid_of(user.text);
    if (uid.empty()) {
      problems.push_back(
          fmt::format("{}: users: this host has no user {}; at a reload, one that was not named before must "
                      "be given as a "
                      "number",
                      user.where, quote(user.text)));
    } else if (!is_visible(uid, uid_map())) {
      problems.push_back(
          fmt::format("{}: users: the service could not tell clients of {} from those of others; "
                      "a drop-in of its unit (systemctl edit zmq-filerd) with PrivateUsers=no in its section "
                      "[Service] shows it all users but nobody",
                      user.where, quote(user.text)));
    }
    access.users.push_back(std::move(uid));
  }
  for (const Listed& key : allow.keys) {
    if (!is_key_name(key.text)) {
      problems.push_back(fmt::format("{}: keys: {} cannot name a key", key.where, quote(key.text)));
    }
    access.keys.push_back(key.text);
  }
  return access;
}

const BindConfig* find_curve(const Config& config) {
  const auto found =
      std::find_if(config.bind.begin(), config.bind.end(), [](const BindConfig& bind) { return bind.curve; });
  return found == config.bind.end() ? nullptr : &*found;
}

bool lies_below(const std::string& file, const std::string& directory) {
  std::error_code error;
  const std::filesystem::path below = std::filesystem::canonical(file, error);
  const std::filesystem::path above = std::filesystem::canonical(directory, error);
  return !error && std::mismatch(above.begin(), above.end(), below.begin(), below.end()).first == above.end();
}

/// Clients would get it.
void refuse_served_key(const Config& config, const std::string& file, Lines& problems) {
  for (const RootConfig& root : config.roots) {
    if (!lies_below(file, root.path)) continue;
    problems.push_back(fmt::format(
        "{}: root {}: the daemon's own key {} lies below it, and clients would get it; move the one "
        "or the other",
        root.where, quote(root.name), quote(file)));
  }
}

}  // namespace

Security load_security(const Config& config) {
  Security security;
  security.rules = load_access_rules(config);
  security.server_key = load_server_key(config, *security.rules);
  return security;
}

std::shared_ptr<const AccessRules> load_access_rules(const Config& config) {
  (void)uid_map();  // while it can be read
  Lines problems, names;
  AccessRules::Roots roots;
  for (const RootConfig& root : config.roots) {
    names.push_back(root.name);
    roots.emplace(root.name, root.allow ? access_of(*root.allow, problems) : RootAccess());
  }
  std::vector<AuthorizedKey> keys;
  if (find_curve(config) != nullptr)
    keys = load_authorized_keys(config.curve.authorized_keys, names, problems);
  if (!problems.empty()) throw SettingsError(problems);
  return std::make_shared<AccessRules>(std::move(roots), std::move(keys));
}

std::string server_key_file(const Config& config) {
  if (!config.curve.server_key.empty()) return config.curve.server_key;
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  return credentials == nullptr ? "" : fmt::format("{}/{}", credentials, server_key_credential);
}

std::optional<CurveKeyPair> load_server_key(const Config& config, const AccessRules& rules) {
  const BindConfig* bind = find_curve(config);
  if (bind == nullptr) return std::nullopt;
  Lines problems;
  const std::string file = server_key_file(config);
  std::optional<CurveKeyPair> key;
  if (file.empty()) {
    problems.push_back(fmt::format(
        "{}: bind: curve needs a key of the daemon's own: make one with 'zmq-filer keygen -o FILE' and name "
        "it "
        "in security.curve.server_key, or pass it as the credential {} (LoadCredential= of the unit)",
        bind->where, server_key_credential));
  } else {
    try {
      key = load_key_pair(file);
      refuse_served_key(config, file, problems);
    } catch (const SettingsError& error) {
      for (const std::string& problem : error.problems()) {
        problems.push_back(
            fmt::format("{}: bind: curve needs the daemon's own key: {}", bind->where, problem));
      }
    }
  }
  if (rules.count_of_keys() == 0) {
    problems.push_back(
        fmt::format("{}: bind: curve, and no key is authorized in {}: nobody could connect; try "
                    "'zmq-filerd authorize NAME PUBLIC-KEY'",
                    bind->where, quote(config.curve.authorized_keys)));
  }
  if (!problems.empty()) throw SettingsError(problems);
  return key;
}

}  // namespace filer
