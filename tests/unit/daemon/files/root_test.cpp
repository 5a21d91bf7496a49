#include "daemon/files/root.hpp"

#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/support/effective_user.hpp"
#include "tests/unit/support/memory_file_system.hpp"
#include "tests/unit/support/own_mounts.hpp"
#include "tests/unit/support/thrown_errno.hpp"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>

namespace filer {
namespace {

using test::ServedRoot;

TEST(Root, FollowsASymbolicLinkThatStaysInside) {
  const ServedRoot served;
  served.host.make_link("root/to-file", "file.txt");
  served.host.make_link("root/to-dir", "dir");
  served.host.make_link("root/dir/up", "../file.txt");
  served.host.make_link("root/chain", "to-dir/up");
  EXPECT_EQ(served.ask("to-file"), "content: hello");
  EXPECT_EQ(served.ask("to-dir/inner.txt"), "content: inner");
  EXPECT_EQ(served.ask("dir/up"), "content: hello");
  EXPECT_EQ(served.ask("chain"), "content: hello");
}

TEST(Root, RefusesASymbolicLinkThatLeavesTheRoot) {
  const ServedRoot served;
  served.host.make_link("root/to-secret", "../outside/secret.txt");
  served.host.make_link("root/dir/to-outside", "../../outside");
  served.host.make_link("root/chain", "dir/to-outside/secret.txt");
  EXPECT_EQ(served.ask("to-secret"), "outside_root");
  EXPECT_EQ(served.ask("dir/to-outside/secret.txt"), "outside_root");
  EXPECT_EQ(served.ask("chain"), "outside_root");
}

TEST(Root, RefusesAnAbsoluteSymbolicLinkOutOfTheRoot) {
  const ServedRoot served;
  served.host.make_link("root/absolute", served.host / "outside/secret.txt");
  served.host.make_link("root/everything", "/");
  EXPECT_EQ(served.ask("absolute"), "outside_root");
  EXPECT_EQ(served.ask("everything/etc/passwd"), "outside_root");
}

/// The kernel does not look where an absolute link leads: it leaves the root by its first character.
TEST(Root, RefusesAnAbsoluteSymbolicLinkEvenToAFileInside) {
  const ServedRoot served;
  served.host.make_link("root/absolute", served.root() + "/file.txt");
  EXPECT_EQ(served.ask("absolute"), "outside_root");
}

TEST(Root, RefusesALinkToTheNullDeviceOutside) {
  const ServedRoot served;
  served.host.make_link("root/null", "/dev/null");
  EXPECT_EQ(served.ask("null"), "outside_root");
}

TEST(Root, FindsNothingBehindADanglingLink) {
  const ServedRoot served;
  served.host.make_link("root/dangling", "missing");
  EXPECT_EQ(served.ask("dangling"), "not_found");
}

TEST(Root, GivesUpOnALoopOfLinks) {
  const ServedRoot served;
  served.host.make_link("root/self", "self");
  served.host.make_link("root/ping", "pong");
  served.host.make_link("root/pong", "ping");
  EXPECT_EQ(served.ask("self"), "too_many_links");
  EXPECT_EQ(served.ask("ping"), "too_many_links");
  EXPECT_EQ(served.ask("ping/file.txt"), "too_many_links");
}

std::string refusal_of_root(const std::string& path) {
  try {
    const Root root(test::root_config(path));
    return "opened";
  } catch (const std::system_error& error) {
    return error.what();
  }
}

TEST(Root, IsNeverOneOfProcfs) {
  const ServedRoot served;
  served.host.make_link("root/processes", "/proc");
  for (const std::string& path :
       {std::string("/proc"), std::string("/proc/self"), served.root() + "/processes"}) {
    EXPECT_EQ(refusal_of_root(path), "here: root 'default': '" + path +
                                         "': lies on procfs, which is never served: Operation not permitted");
  }
}

/// They hold the memory and the environment of the daemon, among others.
TEST(Root, RefusesTheKernelsOwnFileSystemsBelowIt) {
  const FileStore store({test::root_config("/")});
  for (const char* path :
       {"proc", "proc/self/mem", "proc/self/environ", "/proc/version", "proc/1", "sys/kernel"}) {
    EXPECT_EQ(test::ask(store, path), "access_denied") << path;
  }
  EXPECT_THROW((void)store.status(store.locate("/proc/version")), RequestError);
  EXPECT_THROW((void)store.list(store.locate("/proc"), std::nullopt, 1), RequestError);
}

/// /proc holds links that lead anywhere, whatever their text says.
TEST(Root, RefusesTheMagicLinksOfProcfs) {
  const FileStore store({test::root_config("/")});
  EXPECT_EQ(test::ask(store, "proc/self/root/etc/passwd"), "too_many_links");
  EXPECT_EQ(test::ask(store, "proc/self/cwd/x"), "too_many_links");
  EXPECT_EQ(test::ask(store, "proc/self/fd/0"), "too_many_links");
}

TEST(Root, ServesOtherFileSystemsBelowIt) {
  if (!test::has_memory_file_system()) GTEST_SKIP() << "no tmpfs here";
  const test::TempDirectory directory(test::memory_directory);
  directory.write("file.txt", "hello");
  EXPECT_EQ(test::ask(FileStore({test::root_config("/")}), directory / "file.txt"), "content: hello");
}

TEST(Root, ReadsMemoryLikeWhatIsCachedElsewhere) {
  if (!test::has_memory_file_system()) GTEST_SKIP() << "no tmpfs here";
  EXPECT_EQ(Root(test::root_config(test::memory_directory)).read_flags(Access::cached), 0);
}

/// It tells where a root, and what is opened in it, really lies.
TEST(Root, CannotDoWithoutProcfs) {
  const ServedRoot served;
  bool is_hidden = false;
  std::thread([&] {
    is_hidden = test::take_own_mounts() && ::mount("none", "/proc", "tmpfs", 0, nullptr) == 0;
    if (!is_hidden) return;
    EXPECT_EQ(test::thrown_errno([&] { const Root root(served.config); }), ENOENT);
  }).join();
  if (!is_hidden) GTEST_SKIP() << "takes the right to mount a file system";
}

TEST(Root, ServesSysfsWhereItLiesThere) {
  if (::access("/sys/kernel/mm", R_OK) != 0) GTEST_SKIP() << "no sysfs here";
  const FileStore store({test::root_config("/sys")});
  EXPECT_EQ(store.status(store.locate("kernel/mm")).type, FileType::directory);
}

TEST(Root, RefusesEveryLinkWhereItFollowsNone) {
  ServedRoot served;
  served.config.follow_symlinks = false;
  served.host.make_link("root/to-file", "file.txt");
  served.host.make_link("root/to-dir", "dir");
  served.host.make_link("root/to-secret", "../outside/secret.txt");
  served.host.make_link("root/dangling", "missing");
  EXPECT_EQ(served.ask("to-file"), "access_denied");
  EXPECT_EQ(served.ask("to-dir/inner.txt"), "access_denied");
  EXPECT_EQ(served.ask("to-secret"), "access_denied");
  EXPECT_EQ(served.ask("dangling"), "access_denied");
  EXPECT_EQ(served.ask("file.txt"), "content: hello");
  EXPECT_EQ(served.ask("../outside/secret.txt"), "outside_root");
}

TEST(Root, ServesHiddenFilesUnlessToldOtherwise) {
  const ServedRoot served;
  served.host.write("root/.hidden", "psst");
  served.host.write("root/.git/config", "psst");
  EXPECT_EQ(served.ask(".hidden"), "content: psst");
  EXPECT_EQ(served.ask(".git/config"), "content: psst");
}

TEST(Root, PretendsThatHiddenFilesDoNotExist) {
  ServedRoot served;
  served.config.hidden_files = false;
  served.host.write("root/.hidden", "psst");
  served.host.write("root/dir/.hidden", "psst");
  EXPECT_EQ(served.ask(".hidden"), "not_found");
  EXPECT_EQ(served.ask("dir/.hidden"), "not_found");
  EXPECT_EQ(served.ask("./.hidden"), "not_found");
  EXPECT_EQ(served.ask("dir/..//.hidden"), "not_found");
  EXPECT_EQ(served.ask(served.root() + "/.hidden"), "not_found");
}

TEST(Root, PretendsThatHiddenDirectoriesDoNotExist) {
  ServedRoot served;
  served.config.hidden_files = false;
  served.host.write("root/.git/config", "psst");
  served.host.write("root/dir/.svn/deep/file", "psst");
  EXPECT_EQ(served.ask(".git/config"), "not_found");
  EXPECT_EQ(served.ask("dir/.svn/deep/file"), "not_found");
  EXPECT_EQ(served.ask(".git/../file.txt"), "not_found");
}

TEST(Root, HidesWhatALinkFromAPlainNameLeadsTo) {
  ServedRoot served;
  served.config.hidden_files = false;
  served.host.write("root/.hidden", "psst");
  served.host.write("root/.git/config", "psst");
  served.host.make_link("root/plain", ".hidden");
  served.host.make_link("root/plain-dir", ".git");
  EXPECT_EQ(served.ask("plain"), "not_found");
  EXPECT_EQ(served.ask("plain-dir/config"), "not_found");
}

TEST(Root, TellsNothingApartThatIsHidden) {
  ServedRoot served;
  served.config.hidden_files = false;
  served.host.make_directory("root/.exists");
  EXPECT_EQ(served.ask(".exists"), "not_found");
  EXPECT_EQ(served.ask(".missing"), "not_found");
  EXPECT_EQ(served.ask(".exists/../../outside/secret.txt"), "not_found");
}

TEST(Root, StillServesWhatIsNotHidden) {
  ServedRoot served;
  served.config.hidden_files = false;
  served.host.write("root/with.dot", "x");
  served.host.make_link("root/link", "dir/inner.txt");
  EXPECT_EQ(served.ask("file.txt"), "content: hello");
  EXPECT_EQ(served.ask("./dir/../file.txt"), "content: hello");
  EXPECT_EQ(served.ask("with.dot"), "content: x");
  EXPECT_EQ(served.ask("link"), "content: inner");
  EXPECT_EQ(served.ask("../outside/secret.txt"), "outside_root");
}

TEST(Root, MayItselfLieInAHiddenDirectory) {
  const test::TempDirectory host;
  host.write(".cache/root/file.txt", "hello");
  RootConfig config = test::root_config(host / ".cache/root");
  config.hidden_files = false;
  EXPECT_EQ(test::ask(FileStore({config}), "file.txt"), "content: hello");
  EXPECT_EQ(test::ask(FileStore({config}), host / ".cache/root/file.txt"), "content: hello");
}

/// A file has no place, its names have.
TEST(Root, ServesAFileThatHasAnotherNameOutside) {
  const ServedRoot served;
  std::filesystem::create_hard_link(served.host / "outside/secret.txt", served.root() + "/hard");
  EXPECT_EQ(served.ask("hard"), std::string("content: ") + test::canary);
}

TEST(Root, MatchesWholeNamesOnly) {
  const ServedRoot served;
  const Root root(served.config);
  EXPECT_EQ(root.matches(served.root()), served.root().size());
  EXPECT_EQ(root.matches(served.root() + "/x"), served.root().size());
  EXPECT_EQ(root.matches(served.root() + "x"), std::string::npos);
  EXPECT_EQ(root.matches("/"), std::string::npos);
}

TEST(Root, IsNeverOneThatThisUserMayNotEnter) {
  const ServedRoot served;
  ASSERT_EQ(::chmod(served.host.path().c_str(), 0755), 0);
  ASSERT_EQ(::chmod(served.root().c_str(), 0600), 0);
  {
    const test::WithoutPrivileges unprivileged;
    EXPECT_EQ(refusal_of_root(served.root()),
              "here: root 'default': '" + served.root() +
                  "': this user may not enter it; give it a group or an ACL, such as "
                  "'setfacl -m u:zmq-filer:rX': Permission denied");
  }
  ASSERT_EQ(::chmod(served.root().c_str(), 0700), 0);
}

}  // namespace
}  // namespace filer
