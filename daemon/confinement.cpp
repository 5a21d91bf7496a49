#include "daemon/confinement.hpp"

#include "base/file_descriptor.hpp"
#include "daemon/transport/address.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>

namespace filer {
namespace {

#ifdef FILER_INSTRUMENTED
constexpr bool is_instrumented = true;
#else
constexpr bool is_instrumented = false;
#endif

// Not in the header of every kernel that this is built on.
constexpr std::uint64_t access_refer = 1ULL << 13;      // ABI 2
constexpr std::uint64_t access_truncate = 1ULL << 14;   // ABI 3
constexpr std::uint64_t access_ioctl_dev = 1ULL << 15;  // ABI 5

/// All that is controlled, by a kernel of that ABI.
std::uint64_t all_access(int abi) {
  std::uint64_t access = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // ABI 1: every right up to that one
  if (abi >= 2) access |= access_refer;
  if (abi >= 3) access |= access_truncate;
  if (abi >= 5) access |= access_ioctl_dev;
  return access;
}

constexpr std::uint64_t reading = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t making_sockets = LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE;

/// A ruleset that is being made. glibc has no wrappers.
class Ruleset {
 public:
  explicit Ruleset(int abi) {
    landlock_ruleset_attr attributes{};
    attributes.handled_access_fs = all_access(abi);
    ruleset_ = UniqueFileDescriptor(
        static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  }

  [[nodiscard]] bool is_made() const noexcept { return ruleset_.is_open(); }

  /// False: it could not be; errno. A directory that is not there needs no rule.
  [[nodiscard]] bool allow(const std::string& directory, std::uint64_t access) {
    const UniqueFileDescriptor opened(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open()) return true;
    landlock_path_beneath_attr rule{};
    rule.allowed_access = access;
    rule.parent_fd = opened.get();
    return ::syscall(SYS_landlock_add_rule, ruleset_.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  }

  [[nodiscard]] bool enforce() const {
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::syscall(SYS_landlock_restrict_self, ruleset_.get(), 0) == 0;
  }

 private:
  UniqueFileDescriptor ruleset_;
};

bool allow_roots(Ruleset& ruleset, const Config& config) {
  for (const RootConfig& root : config.roots) {
    if (!ruleset.allow(root.path, reading)) return false;
  }
  return true;
}

bool allow_socket_files(Ruleset& ruleset, const Config& config) {
  for (const BindConfig& bind : config.bind) {
    const std::filesystem::path path = parse_address(bind.address).ipc_path;
    if (!path.empty() && !ruleset.allow(path.parent_path(), making_sockets)) return false;
  }
  return true;
}

std::string directory_of(const std::string& file) {
  return std::filesystem::absolute(file).parent_path();
}

/// They are read again at a reload.
bool allow_authorized_keys(Ruleset& ruleset, const Config& config) {
  const bool are_wanted =
      std::any_of(config.bind.begin(), config.bind.end(), [](const BindConfig& bind) { return bind.curve; });
  return !are_wanted || ruleset.allow(config.curve.authorized_keys, reading);
}

/// Without it, glibc takes a guess at how many processors there are, and the number of shards with it.
bool allow_counting_processors(Ruleset& ruleset) {
  return ruleset.allow("/sys/devices/system/cpu", LANDLOCK_ACCESS_FS_READ_FILE);
}

std::string describe(int error_number) {
  switch (error_number) {
    case ENOSYS:
      return "this kernel has no Landlock";
    case EOPNOTSUPP:
      return "Landlock is disabled in this kernel";
    default:
      return fmt::format("Landlock: {}", std::generic_category().message(error_number));
  }
}

}  // namespace

std::string confine(const Config& config, const std::string& config_file) {
  if (is_instrumented) return "this build's instruments read and write other files";
  const auto abi =
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
  if (abi < 1) return describe(errno);
  Ruleset ruleset(abi);
  const bool done = ruleset.is_made() && allow_roots(ruleset, config) &&
                    ruleset.allow(directory_of(config_file), reading) &&
                    allow_authorized_keys(ruleset, config) && allow_socket_files(ruleset, config) &&
                    allow_counting_processors(ruleset) && ruleset.enforce();
  return done ? "" : describe(errno);
}

}  // namespace filer
