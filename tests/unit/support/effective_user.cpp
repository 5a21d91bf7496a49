#include "tests/unit/support/effective_user.hpp"

#include <unistd.h>

#include <stdexcept>

namespace filer::test {
namespace {

constexpr uid_t nobody = 65534;

}  // namespace

WithoutPrivileges::WithoutPrivileges() : user_(::geteuid()) {
  if (user_ == 0 && ::seteuid(nobody) != 0) throw std::runtime_error("seteuid");
}

WithoutPrivileges::~WithoutPrivileges() {
  if (user_ == 0 && ::seteuid(user_) != 0) ::_exit(1);
}

}  // namespace filer::test
