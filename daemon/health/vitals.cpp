#include "daemon/health/vitals.hpp"

#include "base/system_error.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

namespace filer {
namespace {

UniqueFileDescriptor open_proc(const char* path, int flags) {
  UniqueFileDescriptor file(::open(path, O_RDONLY | O_CLOEXEC | flags));
  if (!file.is_open()) throw_errno(path);
  return file;
}

/// proc(5): pages in all, resident, and resident but shared with others or of files.
std::uint64_t own_memory([[maybe_unused]] FileDescriptor statm) {
#ifdef FILER_INSTRUMENTED
  return 0;  // most of it would be the instruments'
#else
  std::array<char, 256> text{};
  if (::pread(statm.get(), text.data(), text.size() - 1, 0) < 0) throw_errno("read /proc/self/statm");
  unsigned long all = 0, resident = 0, shared = 0;
  if (std::sscanf(text.data(), "%lu %lu %lu", &all, &resident, &shared) != 3 || shared > resident) return 0;
  return (resident - shared) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
#endif
}

/// What follows a header of 19 bytes in a linux_dirent64 (getdents(2)) is a name.
constexpr std::size_t length_offset = 16;
constexpr std::size_t name_offset = 19;

std::uint64_t count_entries(FileDescriptor directory) {
  if (::lseek(directory.get(), 0, SEEK_SET) != 0) throw_errno("rewind /proc/self/fd");
  std::uint64_t count = 0;
  alignas(std::uint64_t) std::array<char, 32 << 10> entries{};
  while (true) {
    const long size = ::syscall(SYS_getdents64, directory.get(), entries.data(), entries.size());
    if (size < 0) throw_errno("read /proc/self/fd");
    if (size == 0) return count;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      std::uint16_t length = 0;
      std::memcpy(&length, entries.data() + at + length_offset, sizeof length);
      count += entries.at(at + name_offset) != '.' ? 1U : 0U;
      at += length;
    }
  }
}

}  // namespace

VitalSigns::VitalSigns()
    : memory_(open_proc("/proc/self/statm", 0)), descriptors_(open_proc("/proc/self/fd", O_DIRECTORY)) {}

Vitals VitalSigns::take() const {
  return {own_memory(memory_.borrow()), count_entries(descriptors_.borrow()), descriptor_limit()};
}

std::uint64_t descriptor_limit() {
  rlimit limits{};
  if (::getrlimit(RLIMIT_NOFILE, &limits) != 0) throw_errno("getrlimit");
  return limits.rlim_cur;
}

void raise_descriptor_limit() noexcept {
  rlimit limits{};
  if (::getrlimit(RLIMIT_NOFILE, &limits) != 0) return;
  limits.rlim_cur = limits.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limits);
}

}  // namespace filer
