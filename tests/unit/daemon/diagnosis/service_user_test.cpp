#include "daemon/diagnosis/service_user.hpp"

#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string>

namespace filer {
namespace {

/// Whether a child process that becomes that user says so, and is that user and nobody else any more.
bool becomes(const std::string& name, const std::string& told) {
  const pid_t child = ::fork();
  if (child == 0) {
    bool done = false;
    try {
      done = become_user(name) == told && ::getuid() == ::getpwnam(name.c_str())->pw_uid &&
             ::getgid() == ::getpwnam(name.c_str())->pw_gid && ::setuid(0) != 0;
    } catch (const std::exception&) {
    }
    std::_Exit(done ? 0 : 1);
  }
  int status = -1;
  return ::waitpid(child, &status, 0) == child && status == 0;
}

TEST(ServiceUser, IsTakenByRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "takes root";
  EXPECT_TRUE(becomes("nobody", "checked as nobody, as the service runs"));
}

TEST(ServiceUser, IsMissedWhereTheHostHasNone) {
  const uid_t before = ::geteuid();
  const std::string told = become_user("no-such-user");
  EXPECT_TRUE(told.ends_with(": this host has no user no-such-user, as whom the service runs")) << told;
  EXPECT_EQ(::geteuid(), before);
}

TEST(ServiceUser, CannotBeTakenByOthers) {
  const pid_t child = ::fork();
  if (child == 0) {
    const bool is_another = ::geteuid() != 0 || ::setuid(65534) == 0;
    const std::string told = become_user("root");
    std::_Exit(is_another &&
                       told.ends_with("but the service runs as root, who may read other files: ask as root")
                   ? 0
                   : 1);
  }
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace filer
