#pragma once

#include <sched.h>
#include <sys/mount.h>

namespace filer::test {

/// From now on, what the calling thread mounts is mounted for it alone; false where it may mount nothing.
[[nodiscard]] inline bool take_own_mounts() {
  return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

}  // namespace filer::test
