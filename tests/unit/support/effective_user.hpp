#pragma once

#include <sys/types.h>

namespace filer::test {

/// Takes root's privileges away from this process for as long as it exists, so that permissions mean
/// something. Without privileges to begin with it does nothing.
class WithoutPrivileges {
 public:
  WithoutPrivileges();
  ~WithoutPrivileges();
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

 private:
  uid_t user_;
};

}  // namespace filer::test
