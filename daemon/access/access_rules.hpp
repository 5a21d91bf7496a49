#pragma once

#include "daemon/access/address_range.hpp"
#include "daemon/handler/peer.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// Whom a root is open to: everybody who can connect, or those whom any of the lists names. Once it is for
/// some, empty lists name nobody.
struct RootAccess {
  bool is_for_some = false;
  std::vector<AddressRange> addresses;
  std::vector<std::string> users;  ///< uids of ipc peers, in decimal digits
  std::vector<std::string> keys;   ///< names of authorized keys
};

/// A CURVE key that may connect, and what it is for.
struct AuthorizedKey {
  std::string name;
  std::string public_key;                         ///< as is_curve_key() knows it
  std::optional<std::vector<std::string>> roots;  ///< not set: all
  std::optional<std::vector<std::string>> ops;    ///< by their names in requests; not set: all
};

enum class Permission : std::uint8_t {
  allowed,
  key_refused,  ///< the peer's key is not authorized, or not any more
  op_refused,   ///< the key is not for this op
  root_refused  ///< the root is not open to this peer, or its key not for this root
};

/// Who may do what, under one configuration. A root's list and a key's file can each only take away: a peer
/// may do what both let it. Immutable: any thread may use it, and a reload makes another one.
class AccessRules {
 public:
  using Roots = std::map<std::string, RootAccess, std::less<>>;

  /// A root that is not in `roots` is open to nobody.
  AccessRules(Roots roots, std::vector<AuthorizedKey> keys);

  /// For an op that is about no root, or whatever the root. `hello`, which tells a peer what it may do, is
  /// for everybody whose key is known.
  [[nodiscard]] Permission decide(const Peer& peer, std::string_view op) const;

  [[nodiscard]] Permission decide(const Peer& peer, std::string_view root, std::string_view op) const;

  /// nullptr: it is not authorized.
  [[nodiscard]] const AuthorizedKey* find_key(std::string_view public_key) const;

  /// What people call a key: the name under which it is authorized, else the key itself.
  [[nodiscard]] std::string name_of_key(const std::string& public_key) const;

  [[nodiscard]] std::size_t count_of_keys() const noexcept { return keys_.size(); }

 private:
  Roots roots_;
  std::map<std::string, AuthorizedKey, std::less<>> keys_;  ///< by public key
};

}  // namespace filer
