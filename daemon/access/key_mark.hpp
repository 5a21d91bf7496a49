#pragma once

#include <string>
#include <string_view>

namespace filer {

/// What stands before a key in the User-Id of a connection that has proved to own it. libzmq passes on what
/// any peer without CURVE says of itself, a User-Id too; this mark is random, never leaves the process, and
/// so tells the two apart.
class KeyMark {
 public:
  KeyMark();

  [[nodiscard]] std::string user_id_of(std::string_view public_key) const;

  /// The key in a User-Id that bears this mark; empty: it is somebody's claim, or nothing.
  [[nodiscard]] std::string key_in(std::string_view user_id) const;

 private:
  std::string mark_;
};

}  // namespace filer
