#include "daemon/diagnosis/service_user.hpp"

#include "base/system_error.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace filer {
namespace {

void take_user(const std::string& name, uid_t user, gid_t group) {
  if (::initgroups(name.c_str(), group) != 0) throw_errno("initgroups " + name);
  if (::setgid(group) != 0) throw_errno("setgid " + name);
  if (::setuid(user) != 0) throw_errno("setuid " + name);
}

std::string own_name() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

}  // namespace

std::string become_user(const std::string& name) {
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr) {
    return fmt::format("checked as {}: this host has no user {}, as whom the service runs", own_name(), name);
  }
  if (::geteuid() == 0) take_user(name, entry->pw_uid, entry->pw_gid);
  if (::geteuid() == entry->pw_uid) return fmt::format("checked as {}, as the service runs", name);
  return fmt::format("checked as {}, but the service runs as {}, who may read other files: ask as root",
                     own_name(), name);
}

}  // namespace filer
