#pragma once

#include "base/curve_key.hpp"
#include "daemon/access/access_rules.hpp"
#include "daemon/config/config.hpp"

#include <memory>
#include <optional>
#include <string>

namespace filer {

/// What a configuration means for who may connect and do what.
struct Security {
  std::shared_ptr<const AccessRules> rules;
  std::optional<CurveKeyPair> server_key;  ///< the daemon's own; none where no address is for CURVE
};

/// Both, as below. Throws SettingsError.
[[nodiscard]] Security load_security(const Config& config);

/// The rules of a configuration and of the keys that are authorized now: reads the names of users and, where
/// an address is for CURVE, the directory of the keys. The main thread. Throws SettingsError with all that is
/// wrong there.
[[nodiscard]] std::shared_ptr<const AccessRules> load_access_rules(const Config& config);

/// The file of the daemon's own key: the configured one, else the service manager's credential
/// (server_key_credential); empty where there is neither.
[[nodiscard]] std::string server_key_file(const Config& config);

/// The daemon's own key; nullopt where it listens on no address for CURVE. Throws SettingsError: there is no
/// key, or nobody could connect, for no key is authorized.
[[nodiscard]] std::optional<CurveKeyPair> load_server_key(const Config& config, const AccessRules& rules);

}  // namespace filer
