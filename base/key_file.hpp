#pragma once

#include "base/curve_key.hpp"

#include <string>
#include <string_view>

namespace filer {

/// What a key file holds: the form of ZeroMQ's certificates, which czmq and pyzmq (zmq.auth) read and write
/// too. A line of a section `curve` for each key, comments behind #, and a section `metadata` that nobody
/// here reads.
///
///     # a comment
///     curve
///         public-key = "…"
///         secret-key = "…"
///
/// Without the secret key it is the file of a public key.
struct KeyFile {
  std::string public_key;
  SecretKey secret_key;  ///< may be empty
};

/// Throws SettingsError ("file:line:column: …"), which never repeats a value: it may be a secret. `file`
/// names the text.
[[nodiscard]] KeyFile parse_key_file(std::string_view text, const std::string& file);

/// A file with both keys, which nobody but its owner and its group may read, and nobody but its owner write.
/// Throws SettingsError.
[[nodiscard]] CurveKeyPair load_key_pair(const std::string& file);

/// The public key of a file with one or both, whoever may read it. Throws SettingsError.
[[nodiscard]] std::string load_public_key(const std::string& file);

/// Writes both keys to a new file, which its owner alone may read. Throws std::system_error, with EEXIST
/// where there is something by that name.
void write_key_file(const std::string& file, const CurveKeyPair& keys);

}  // namespace filer
