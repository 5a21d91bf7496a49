#include "daemon/files/openat2.hpp"

#include "base/system_error.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <thread>

namespace filer {
namespace {

/// glibc has no wrapper. Returns a descriptor, or -1 and errno.
int openat2(int directory, const char* path, const open_how& how) {
  return static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof how));
}

/// How often a look-up that a rename elsewhere disturbed is tried again. Under a rename loop about one in
/// fifty is disturbed, so that this many in a row do not happen by chance.
constexpr int most_tries = 32;

/// Those who took the last descriptors, such as a rush of connections, are gone in a moment.
constexpr int most_waits = 100;
constexpr std::chrono::milliseconds wait_time{10};

bool lacks_descriptors(int error) {
  return error == EMFILE || error == ENFILE;
}

std::uint64_t flags_for(OpenFor purpose) {
  switch (purpose) {
    case OpenFor::reading:
      return O_RDONLY | O_NONBLOCK | O_NOCTTY;
    case OpenFor::listing:
      return O_RDONLY | O_DIRECTORY;
    case OpenFor::status:
      break;
  }
  return O_PATH;
}

}  // namespace

UniqueFileDescriptor open_beneath(FileDescriptor root, const std::string& path, OpenFor purpose,
                                  std::uint64_t extra_resolve) {
  open_how how{};
  how.flags = O_CLOEXEC | flags_for(purpose);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | extra_resolve;
  int tries = 0, waits = 0;
  while (true) {
    UniqueFileDescriptor file(openat2(root.get(), path.c_str(), how));
    if (file.is_open()) return file;
    if (lacks_descriptors(errno) && waits++ < most_waits) {
      std::this_thread::sleep_for(wait_time);
      continue;
    }
    const bool again = errno == EINTR || (errno == EAGAIN && tries++ < most_tries);
    if (!again) throw_errno("openat2");
  }
}

UniqueFileDescriptor open_cached_beneath(FileDescriptor root, const std::string& path, OpenFor purpose,
                                         std::uint64_t extra_resolve) {
  open_how how{};
  how.flags = O_CLOEXEC | flags_for(purpose);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_CACHED | RESOLVE_NO_XDEV | extra_resolve;
  UniqueFileDescriptor file(openat2(root.get(), path.c_str(), how));
  // Before 5.12 there is no RESOLVE_CACHED (EINVAL). Another file system, or out of the root: the full
  // look-up tells which. Without a descriptor, it waits for one.
  if (file.is_open()) return file;
  const bool is_unsure = errno == EAGAIN || errno == EXDEV || errno == EINVAL || errno == EINTR;
  if (is_unsure || lacks_descriptors(errno)) throw WouldBlock();
  throw_errno("openat2");
}

void require_openat2() {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const UniqueFileDescriptor here(openat2(AT_FDCWD, ".", how));
  // Anything else has another reason, which is told when a root is opened.
  if (here.is_open() || (errno != ENOSYS && errno != EPERM)) return;
  throw_errno(
      "the system call openat2, which keeps clients below the roots, does not work here: it takes Linux 5.6 "
      "or later, "
      "and no RestrictSUIDSGID= or DynamicUser= in the service's unit");
}

}  // namespace filer
