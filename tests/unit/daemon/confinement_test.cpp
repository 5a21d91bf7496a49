#include "daemon/confinement.hpp"

#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/support/failing_call.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace filer {
namespace {

using test::ServedRoot;

/// The exit status of a child process that runs `action`, which returns one: what a process takes from itself
/// it never gets back.
template <class Action>
int status_of_child(const Action& action) {
  const pid_t child = ::fork();
  if (child == 0) {
    int status = 255;
    try {
      status = action();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    std::_Exit(status);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int errno_of(int result) {
  if (result < 0) return errno;
  ::close(result);
  return 0;
}

int errno_of_open(const std::string& path, int flags) {
  return errno_of(::open(path.c_str(), flags | O_CLOEXEC, 0600));
}

int errno_of_bind(const std::string& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int status = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return status < 0 ? errno : 0;
}

class Confinement : public testing::Test {
 protected:
  void SetUp() override {
    config.roots = {served.config};
    config.bind = {{"ipc://" + served.host.make_directory("sockets") + "/a", "here"}};
    int descriptors[2];
    ASSERT_EQ(::pipe(descriptors), 0);
    (void)status_of_child([&] {
      const std::string obstacle = confine(config, config_file);
      return ::write(descriptors[1], obstacle.data(), obstacle.size()) < 0 ? 1 : 0;
    });
    ::close(descriptors[1]);
    std::array<char, 256> obstacle{};
    const ssize_t length = ::read(descriptors[0], obstacle.data(), obstacle.size());
    ::close(descriptors[0]);
    if (length > 0) GTEST_SKIP() << std::string(obstacle.data(), static_cast<std::size_t>(length));
  }

  /// What `action` returns in a process that is confined: an errno, 0 where it works.
  template <class Action>
  int confined(const Action& action) {
    return status_of_child([&] { return confine(config, config_file).empty() ? action() : 254; });
  }

  ServedRoot served;
  Config config;
  std::string config_file = served.host.write("settings/zmq-filerd.yaml", "root: /srv");
};

TEST_F(Confinement, LeavesReadingBelowTheRoots) {
  EXPECT_EQ(confined([&] { return errno_of_open(served.root() + "/dir/inner.txt", O_RDONLY); }), 0);
  EXPECT_EQ(confined([&] { return errno_of_open(served.root() + "/dir", O_RDONLY | O_DIRECTORY); }), 0);
}

TEST_F(Confinement, RefusesReadingElsewhere) {
  EXPECT_EQ(confined([&] { return errno_of_open("/etc/passwd", O_RDONLY); }), EACCES);
  EXPECT_EQ(confined([&] { return errno_of_open(served.host / "outside/secret.txt", O_RDONLY); }), EACCES);
  EXPECT_EQ(confined([&] { return errno_of_open(served.host.path(), O_RDONLY | O_DIRECTORY); }), EACCES);
  EXPECT_EQ(confined([&] { return errno_of_open("/proc/self/environ", O_RDONLY); }), EACCES);
}

TEST_F(Confinement, RefusesWritingAnywhere) {
  for (const std::string& file : {served.root() + "/file.txt", served.host / "outside/secret.txt"}) {
    for (const int flags : {O_WRONLY, O_RDWR, O_WRONLY | O_APPEND}) {
      EXPECT_EQ(confined([&] { return errno_of_open(file, flags); }), EACCES) << file << flags;
    }
  }
  EXPECT_EQ(test::read_file(served.root() + "/file.txt"), "hello");
}

TEST_F(Confinement, RefusesMakingAndRemovingAnywhere) {
  for (const std::string& directory :
       {served.root() + "/dir", served.host / "outside", std::string("/tmp")}) {
    const std::string name = directory + "/new-" + std::to_string(::getpid());
    const std::string file = served.root() + "/file.txt";
    EXPECT_EQ(confined([&] { return errno_of_open(name, O_WRONLY | O_CREAT | O_EXCL); }), EACCES);
    EXPECT_EQ(confined([&] { return errno_of(::mkdir(name.c_str(), 0700)); }), EACCES);
    EXPECT_EQ(confined([&] { return errno_of(::symlink("x", name.c_str())); }), EACCES);
    EXPECT_EQ(confined([&] { return errno_of(::mkfifo(name.c_str(), 0600)); }), EACCES);
    EXPECT_EQ(confined([&] { return errno_of_bind(name); }), EACCES);
    EXPECT_NE(confined([&] { return errno_of(::link(file.c_str(), name.c_str())); }), 0);
    EXPECT_NE(confined([&] { return errno_of(::rename(file.c_str(), name.c_str())); }), 0);
  }
  EXPECT_EQ(confined([&] { return errno_of(::unlink((served.root() + "/file.txt").c_str())); }), EACCES);
}

TEST_F(Confinement, LeavesMakingAndRemovingSocketsWhereTheConfigurationWantsSome) {
  const std::string path = served.host / "sockets/a";
  EXPECT_EQ(confined([&] { return errno_of_bind(path); }), 0);
  EXPECT_EQ(confined([&] { return errno_of(::unlink(path.c_str())); }), 0);
  EXPECT_EQ(confined([&] { return errno_of_open(path, O_WRONLY | O_CREAT); }), EACCES);
}

/// Which is loaded again, whatever took its name meanwhile.
TEST_F(Confinement, LeavesReadingInTheDirectoryOfTheConfigurationFile) {
  const std::string next = served.host.write("settings/next", "root: /srv");
  EXPECT_EQ(confined([&] { return errno_of_open(config_file, O_RDONLY); }), 0);
  EXPECT_EQ(confined([&] { return errno_of_open(next, O_RDONLY); }), 0);
  EXPECT_EQ(confined([&] { return errno_of_open(config_file, O_WRONLY); }), EACCES);
}

TEST_F(Confinement, LeavesReadingTheAuthorizedKeysWhereAnAddressIsForCurve) {
  config.curve.authorized_keys = served.host.make_directory("keys");
  const std::string key = served.host.write("keys/laptop.yaml", "key: x");
  EXPECT_EQ(confined([&] { return errno_of_open(key, O_RDONLY); }), EACCES);
  config.bind.front().curve = true;
  EXPECT_EQ(confined([&] { return errno_of_open(key, O_RDONLY); }), 0);
  EXPECT_EQ(confined([&] { return errno_of_open(config.curve.authorized_keys, O_RDONLY | O_DIRECTORY); }), 0);
  EXPECT_EQ(confined([&] { return errno_of_open(key, O_WRONLY); }), EACCES);
}

TEST_F(Confinement, HoldsForThreadsThatComeLater) {
  EXPECT_EQ(confined([] {
              int status = 0;
              std::thread([&] { status = errno_of_open("/etc/passwd", O_RDONLY); }).join();
              return status;
            }),
            EACCES);
}

/// Roots are opened, and what is hidden and what changes is found out, after the confinement.
TEST_F(Confinement, LeavesAllThatServingTakes) {
  config.roots[0].hidden_files = false;
  EXPECT_EQ(confined([&] {
              const FileStore store(config.roots);
              const bool reads = test::ask(store, "dir/inner.txt") == "content: inner";
              const bool lists = store.list(store.locate("."), std::nullopt, 9).entries.size() == 2;
              const int inotify = ::inotify_init1(IN_CLOEXEC);
              const bool watches = ::inotify_add_watch(inotify, served.root().c_str(), IN_MODIFY) > 0;
              return reads && lists && watches ? 0 : 1;
            }),
            0);
}

/// As many threads serve as half of them.
TEST_F(Confinement, LeavesCountingTheProcessors) {
  constexpr const char* processors = "/sys/devices/system/cpu/online";
  if (::access(processors, R_OK) != 0) GTEST_SKIP() << "no " << processors << " here";
  EXPECT_EQ(confined([] { return errno_of_open(processors, O_RDONLY); }), 0);
}

TEST_F(Confinement, LeavesOutARootThatIsNotThere) {
  config.roots.push_back(test::root_config(served.host / "missing", "missing"));
  EXPECT_EQ(confined([&] { return errno_of_open(served.root() + "/file.txt", O_RDONLY); }), 0);
}

TEST(ConfinementWithoutLandlock, SaysWhyAndTakesNothingAway) {
#ifdef FILER_INSTRUMENTED
  GTEST_SKIP() << "this build is never confined";
#endif
  const auto told = [](int error_number, const std::string& expected) {
    return status_of_child([&] {
      if (!test::fail_call(SYS_landlock_create_ruleset, error_number)) return 2;
      return confine(Config(), "/etc/zmq-filer/zmq-filerd.yaml") == expected
                 ? errno_of_open("/etc/passwd", O_RDONLY)
                 : 3;
    });
  };
  EXPECT_EQ(told(ENOSYS, "this kernel has no Landlock"), 0);
  EXPECT_EQ(told(EOPNOTSUPP, "Landlock is disabled in this kernel"), 0);
  EXPECT_EQ(told(ENOMEM, "Landlock: Cannot allocate memory"), 0);
}

}  // namespace
}  // namespace filer
