#pragma once

#include "base/curve_key.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace filer {

/// What the client proves itself with, and whom it takes for the daemon: endpoints without a server's key are
/// spoken to in the clear.
struct KeyRing {
  std::optional<CurveKeyPair> own;             ///< set where there is a server's key
  std::map<std::string, std::string> servers;  ///< public keys, by endpoint
};

/// What the command line says about keys.
struct KeyOptions {
  std::string key;         ///< the file of the client's own; empty: see load_key_ring()
  std::string server_key;  ///< itself, or a file that holds it
  bool remember = false;   ///< write the server's key down for later
};

/// Where things are kept: all that load_key_ring() looks at besides the options.
struct KeyPlaces {
  std::string key;                                 ///< the client's own key, where no other is named
  std::string known_servers;                       ///< of the user; may be empty
  std::string other_known_servers;                 ///< of the host
  std::map<std::string, std::string> server_keys;  ///< of settings files, by endpoint
};

/// The usual places, with what settings say (see key_setting(), Servers::server_keys).
[[nodiscard]] KeyPlaces usual_places(const std::string& key_setting,
                                     const std::map<std::string, std::string>& server_keys);

/// The file that keygen writes and that is read where nobody names another: zmq-filer/key below the user's
/// settings; empty where there is no home.
[[nodiscard]] std::string default_key_file();

/// The keys for these endpoints: the server's is the one of the options, else the one that is known for the
/// endpoint, else the one of the settings. Throws SettingsError for a file that is wrong, and CommandError:
/// usage, where a key is missing; refused, where an endpoint is known by another key.
[[nodiscard]] KeyRing load_key_ring(const KeyOptions& options, const KeyPlaces& places,
                                    const std::vector<std::string>& endpoints);

}  // namespace filer
