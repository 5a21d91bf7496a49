#include "daemon/access/access_rules.hpp"

#include "protocol/request.hpp"

#include <algorithm>
#include <utility>

namespace filer {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// What it is called in lists of ops: a classic request gets a file.
std::string_view listed_name(std::string_view op) {
  return op == ClassicRequest::op ? GetRequest::op : op;
}

bool is_for(const AuthorizedKey& key, std::string_view op) {
  return !key.ops || op == HelloRequest::op || contains(*key.ops, listed_name(op));
}

bool is_open_to(const RootAccess& root, const Peer& peer, const AuthorizedKey* key) {
  if (!root.is_for_some) return true;
  if (key != nullptr && contains(root.keys, key->name)) return true;
  if (!peer.user.empty() && contains(root.users, peer.user)) return true;
  if (root.addresses.empty()) return false;
  const auto address = parse_ip_address(peer.address);
  return address && std::any_of(root.addresses.begin(), root.addresses.end(),
                                [&address](const AddressRange& range) { return range.contains(*address); });
}

}  // namespace

AccessRules::AccessRules(Roots roots, std::vector<AuthorizedKey> keys) : roots_(std::move(roots)) {
  for (AuthorizedKey& key : keys) {
    std::string public_key = key.public_key;
    keys_.emplace(std::move(public_key), std::move(key));
  }
}

Permission AccessRules::decide(const Peer& peer, std::string_view op) const {
  if (peer.key.empty()) return Permission::allowed;
  const AuthorizedKey* key = find_key(peer.key);
  if (key == nullptr) return Permission::key_refused;
  return is_for(*key, op) ? Permission::allowed : Permission::op_refused;
}

Permission AccessRules::decide(const Peer& peer, std::string_view root, std::string_view op) const {
  const Permission verdict = decide(peer, op);
  if (verdict != Permission::allowed) return verdict;
  const AuthorizedKey* key = find_key(peer.key);
  const auto access = roots_.find(root);
  const bool key_has_root = key == nullptr || !key->roots || contains(*key->roots, root);
  const bool is_allowed = access != roots_.end() && key_has_root && is_open_to(access->second, peer, key);
  return is_allowed ? Permission::allowed : Permission::root_refused;
}

const AuthorizedKey* AccessRules::find_key(std::string_view public_key) const {
  const auto key = keys_.find(public_key);
  return key == keys_.end() ? nullptr : &key->second;
}

std::string AccessRules::name_of_key(const std::string& public_key) const {
  const AuthorizedKey* key = find_key(public_key);
  return key == nullptr ? public_key : key->name;
}

}  // namespace filer
