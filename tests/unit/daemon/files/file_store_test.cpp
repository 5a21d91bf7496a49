#include "daemon/files/file_store.hpp"

#include "base/settings.hpp"
#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/support/descriptor_limit.hpp"
#include "tests/unit/support/failing_call.hpp"
#include "tests/unit/support/own_mounts.hpp"
#include "tests/unit/support/thrown_errno.hpp"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace filer {
namespace {

using namespace std::string_literals;
using test::root_config;
using test::ServedRoot;

TEST(FileStore, ServesAFile) {
  const ServedRoot served;
  EXPECT_EQ(served.ask("file.txt"), "content: hello");
  EXPECT_EQ(served.ask("dir/inner.txt"), "content: inner");
}

TEST(FileStore, ServesAFileByAnyRelativeSpelling) {
  const ServedRoot served;
  EXPECT_EQ(served.ask("./file.txt"), "content: hello");
  EXPECT_EQ(served.ask("dir/../file.txt"), "content: hello");
  EXPECT_EQ(served.ask("dir//./inner.txt"), "content: inner");
}

TEST(FileStore, ServesNamesThatAreNotText) {
  const ServedRoot served;
  for (const auto& name :
       {"\xff\xfe"s, "a\nb"s, " "s, "\\"s, "*"s, "-"s, "~"s, "%2e%2e"s, "\u202e"s, "..."s}) {
    served.host.write("root/" + name, "x");
    EXPECT_EQ(served.ask(name), "content: x") << name;
  }
}

TEST(FileStore, FindsNothingWhereNothingIs) {
  const ServedRoot served;
  EXPECT_EQ(served.ask("missing.txt"), "not_found");
  EXPECT_EQ(served.ask("missing/file.txt"), "not_found");
  EXPECT_EQ(served.ask("FILE.TXT"), "not_found");
  EXPECT_EQ(served.ask("file.txt "), "not_found");
  EXPECT_EQ(served.ask("missing/../file.txt"), "not_found");
}

TEST(FileStore, RefusesAPathThatClimbsOutOfTheRoot) {
  const ServedRoot served;
  std::string climb;
  for (int depth = 0; depth < 40; ++depth) climb += "../";
  EXPECT_EQ(served.ask(".."), "outside_root");
  EXPECT_EQ(served.ask("../"), "outside_root");
  EXPECT_EQ(served.ask("../outside/secret.txt"), "outside_root");
  EXPECT_EQ(served.ask("dir/../../outside/secret.txt"), "outside_root");
  EXPECT_EQ(served.ask(climb + served.host.path() + "/outside/secret.txt"), "outside_root");
  EXPECT_EQ(served.ask("dir/" + climb + "etc/passwd"), "outside_root");
}

TEST(FileStore, RefusesAPathThatLeavesTheRootAndComesBack) {
  EXPECT_EQ(ServedRoot().ask("../root/file.txt"), "outside_root");
}

TEST(FileStore, ServesAnAbsolutePathInsideTheRoot) {
  const ServedRoot served;
  EXPECT_EQ(served.ask(served.root() + "/file.txt"), "content: hello");
  EXPECT_EQ(served.ask(served.root() + "//dir///inner.txt"), "content: inner");
}

TEST(FileStore, RefusesAnAbsolutePathOutsideTheRoot) {
  const ServedRoot served;
  EXPECT_EQ(served.ask(served.host / "outside/secret.txt"), "outside_root");
  EXPECT_EQ(served.ask("/etc/passwd"), "outside_root");
  EXPECT_EQ(served.ask("/"), "outside_root");
  EXPECT_EQ(served.ask("//"), "outside_root");
}

TEST(FileStore, RefusesAnAbsolutePathThatOnlyBeginsLikeTheRoot) {
  const ServedRoot served;
  EXPECT_EQ(served.ask(served.host / "root-beside/secret.txt"), "outside_root");
  EXPECT_EQ(served.ask(served.host / "roo"), "outside_root");
}

TEST(FileStore, RefusesAnAbsolutePathThatClimbsOutOfTheRoot) {
  const ServedRoot served;
  EXPECT_EQ(served.ask(served.root() + "/../outside/secret.txt"), "outside_root");
  EXPECT_EQ(served.ask(served.root() + "/dir/../../outside/secret.txt"), "outside_root");
}

TEST(FileStore, TakesTheRootItselfForADirectory) {
  const ServedRoot served;
  EXPECT_EQ(served.ask("."), "not_a_file");
  EXPECT_EQ(served.ask("./"), "not_a_file");
  EXPECT_EQ(served.ask(served.root()), "not_a_file");
  EXPECT_EQ(served.ask(served.root() + "///"), "not_a_file");
}

TEST(FileStore, ServesBelowARootThatWasConfiguredWithTrailingSlashes) {
  ServedRoot served;
  served.config.path += "///";
  EXPECT_EQ(served.ask("file.txt"), "content: hello");
  EXPECT_EQ(served.ask(served.root() + "/file.txt"), "content: hello");
}

TEST(FileStore, KnowsARootByItsConfiguredAndByItsRealPath) {
  ServedRoot served;
  served.config.path = served.host.make_link("alias", served.root());
  EXPECT_EQ(served.ask(served.host / "alias/file.txt"), "content: hello");
  EXPECT_EQ(served.ask(served.root() + "/file.txt"), "content: hello");
}

TEST(FileStore, KnowsARootThatIsSpelledInADetour) {
  ServedRoot served;
  served.config.path = served.host / "outside/.././root";
  EXPECT_EQ(served.ask(served.root() + "/file.txt"), "content: hello");
  EXPECT_EQ(served.ask("file.txt"), "content: hello");
}

TEST(FileStore, ServesTheWholeHostWhereTheRootIsTheRoot) {
  const test::TempDirectory directory;
  const std::string file = directory.write("file.txt", "hello");
  const FileStore store({root_config("/")});
  EXPECT_EQ(test::ask(store, file), "content: hello");
  EXPECT_EQ(test::ask(store, file.substr(1)), "content: hello");
  EXPECT_EQ(test::ask(store, "//" + file), "content: hello");
}

/// What was opened at the start is the root; a name that leads elsewhere later changes nothing.
TEST(FileStore, KeepsServingTheDirectoryItOpenedAfterThatWasRenamed) {
  const ServedRoot served;
  const FileStore store = served.open();
  std::filesystem::rename(served.root(), served.host / "moved");
  served.host.write("root/file.txt", "an impostor");
  EXPECT_EQ(test::ask(store, "file.txt"), "content: hello");
  EXPECT_EQ(test::ask(store, served.root() + "/file.txt"), "content: hello");
}

TEST(FileStore, FindsNothingInARootThatWasRemoved) {
  const ServedRoot served;
  const FileStore store = served.open();
  std::filesystem::remove_all(served.root());
  EXPECT_EQ(test::ask(store, "file.txt"), "not_found");
}

TEST(FileStore, LooksForRelativePathsInTheDefaultRoot) {
  const ServedRoot served;
  const FileStore store({root_config(served.host / "outside", "logs"), root_config(served.root())});
  EXPECT_EQ(test::ask(store, "file.txt"), "content: hello");
  EXPECT_EQ(test::ask(store, "secret.txt"), "not_found");
}

TEST(FileStore, HasNoPlaceForRelativePathsWithoutADefaultRoot) {
  const ServedRoot served;
  const FileStore store({root_config(served.root(), "logs")});
  EXPECT_EQ(test::ask(store, "file.txt"), "unknown_root");
  EXPECT_EQ(test::ask(store, served.root() + "/file.txt"), "content: hello");
}

TEST(FileStore, SelectsTheRootThatAnAbsolutePathLiesIn) {
  const ServedRoot served;
  const FileStore store({root_config(served.root()), root_config(served.host / "outside", "logs")});
  EXPECT_EQ(store.locate(served.host / "outside/secret.txt").root->name(), "logs");
  EXPECT_EQ(store.locate(served.root() + "/file.txt").root->name(), "default");
}

TEST(FileStore, SelectsTheInnermostOfNestedRoots) {
  const ServedRoot served;
  const RootConfig outer = root_config(served.root());
  const RootConfig inner = root_config(served.root() + "/dir", "inner");
  for (const auto& roots : {std::vector{outer, inner}, std::vector{inner, outer}}) {
    const FileStore store(roots);
    EXPECT_EQ(store.locate(served.root() + "/dir/inner.txt").root->name(), "inner");
    EXPECT_EQ(store.locate(served.root() + "/dir").root->name(), "inner");
    EXPECT_EQ(store.locate(served.root() + "/directory").root->name(), "default");
    EXPECT_EQ(store.locate(served.root() + "/file.txt").root->name(), "default");
  }
}

/// The code that a request about `path` is refused with, whatever is asked about it.
std::set<std::string> refusals_of(const FileStore& store, const std::string& path) {
  std::set<std::string> codes;
  const auto attempt = [&](const auto& action) {
    try {
      action(store.locate(path));
      codes.insert("served");
    } catch (...) {
      codes.insert(std::string(error_code_name(map_exception(std::current_exception()).code)));
    }
  };
  attempt([&](const Location& location) { (void)store.read_whole(location, 1000); });
  attempt([&](const Location& location) { (void)store.read_chunk(location, {0, 1000}); });
  attempt([&](const Location& location) { (void)store.status(location); });
  attempt([&](const Location& location) { (void)store.list(location, std::nullopt, 1000); });
  return codes;
}

TEST(FileStore, RefusesWaysOutWhateverIsAsked) {
  const ServedRoot served;
  served.host.make_link("root/out", "../outside");
  served.host.make_link("root/all", "/");
  const FileStore store = served.open();
  for (const std::string& path :
       {std::string(".."), std::string("../outside"), std::string("../outside/secret.txt"),
        std::string("out"), std::string("out/secret.txt"), std::string("all"), std::string("all/etc"),
        std::string("/etc"), served.root() + "/..", served.host / "outside", served.host / "root-beside"}) {
    EXPECT_EQ(refusals_of(store, path), std::set<std::string>{"outside_root"}) << path;
  }
}

TEST(FileStore, HidesWhatIsHiddenWhateverIsAsked) {
  ServedRoot served;
  served.config.hidden_files = false;
  served.host.write("root/.git/config", "psst");
  served.host.make_link("root/plain", ".git");
  const FileStore store = served.open();
  for (const char* path : {".git", ".git/config", "plain"}) {
    EXPECT_EQ(refusals_of(store, path), std::set<std::string>{"not_found"}) << path;
  }
}

TEST(FileStore, RefusesLinksWhateverIsAsked) {
  ServedRoot served;
  served.config.follow_symlinks = false;
  served.host.make_link("root/link", "dir");
  EXPECT_EQ(refusals_of(served.open(), "link"), std::set<std::string>{"access_denied"});
  EXPECT_EQ(refusals_of(served.open(), "link/inner.txt"), std::set<std::string>{"access_denied"});
}

TEST(FileStore, SelectsARootByItsName) {
  const ServedRoot served;
  const FileStore store({root_config(served.root()), root_config(served.host / "outside", "logs")});
  EXPECT_EQ(store.locate("secret.txt", "logs").root->name(), "logs");
  EXPECT_EQ(store.locate("file.txt", "default").root->name(), "default");
  EXPECT_EQ(store.locate(served.host / "outside/secret.txt", "logs").root->name(), "logs");
}

TEST(FileStore, RefusesAnAbsolutePathOfAnotherRootThanTheNamedOne) {
  const ServedRoot served;
  const FileStore store({root_config(served.root()), root_config(served.host / "outside", "logs")});
  try {
    (void)store.locate(served.root() + "/file.txt", "logs");
    FAIL() << "found";
  } catch (const RequestError& error) {
    EXPECT_EQ(error.code, ErrorCode::outside_root);
  }
}

TEST(FileStore, RefusesANameThatNoRootHas) {
  const ServedRoot served;
  const FileStore store = served.open();
  for (const std::string& path : {std::string("file.txt"), served.root() + "/file.txt"}) {
    try {
      (void)store.locate(path, "l\x1bgs");
      FAIL() << "found";
    } catch (const RequestError& error) {
      EXPECT_EQ(error.code, ErrorCode::unknown_root);
      EXPECT_STREQ(error.what(), "this daemon has no root named 'l\\x1bgs'; it has default");
    }
  }
}

TEST(FileStore, TellsTheStatusOfWhatIsNoFileWithoutOpeningIt) {
  const ServedRoot served;
  ASSERT_EQ(::mkfifo((served.root() + "/fifo").c_str(), 0600), 0);
  const FileStore store = served.open();
  EXPECT_EQ(store.status(store.locate("fifo")).type, FileType::other);
  EXPECT_EQ(store.status(store.locate("dir")).type, FileType::directory);
  EXPECT_EQ(store.status(store.locate("file.txt")).size, 5U);
}

TEST(FileStore, TellsTheNamesOfItsRootsInTheirOrder) {
  const ServedRoot served;
  const FileStore store({root_config(served.root(), "b"), root_config(served.root(), "a")});
  EXPECT_EQ(store.root_names(), (std::vector<std::string>{"b", "a"}));
}

TEST(FileStore, SaysOfEveryRootThatCannotBeOpenedWhereItWasConfigured) {
  const ServedRoot served;
  RootConfig file = root_config(served.root() + "/file.txt", "one");
  RootConfig missing = root_config("/does/not/exist", "two");
  file.where = "x.yaml:1:1";
  missing.where = "x.yaml:2:2";
  try {
    const FileStore store({file, root_config(served.root()), missing});
    FAIL() << "opened";
  } catch (const SettingsError& error) {
    EXPECT_EQ(
        error.problems(),
        (std::vector<std::string>{"x.yaml:1:1: root 'one': '" + served.root() + "/file.txt': Not a directory",
                                  "x.yaml:2:2: root 'two': '/does/not/exist': No such file or directory"}));
  }
}

/// Lays an empty directory's overlay over `directory`, for the calling thread alone; false where it may not.
bool overlay(const test::TempDirectory& host, const std::string& directory) {
  host.make_directory("above");
  host.make_directory("work");
  const std::string layers =
      "lowerdir=" + directory + ",upperdir=" + host / "above" + ",workdir=" + host / "work";
  return test::take_own_mounts() && ::mount("none", directory.c_str(), "overlay", 0, layers.c_str()) == 0;
}

/// overlayfs, which containers run on, cannot read what is cached and nothing else.
TEST(FileStore, LeavesReadingToThoseWhoMayWaitWhereTheFileSystemCannotTellWhatIsCached) {
  const ServedRoot served;
  bool is_overlaid = false;
  std::thread([&] {
    is_overlaid = overlay(served.host, served.root());
    if (!is_overlaid) return;
    const FileStore store = served.open();
    const Location file = store.locate("file.txt");
    EXPECT_EQ(store.read_whole(file, 5), "hello");
    EXPECT_THROW((void)store.read_whole(file, 5, Access::cached), WouldBlock);
    EXPECT_THROW((void)store.read_chunk(file, {0, 5}, {}, Access::cached), WouldBlock);
    EXPECT_EQ(store.status(file, Access::cached).size, 5U);
    EXPECT_EQ(store.read_whole(file, 5), "hello");
  }).join();
  if (!is_overlaid) GTEST_SKIP() << "takes the right to mount an overlay";
}

TEST(FileStore, TellsAFailureOfTheDiskToWhoeverReads) {
  const ServedRoot served;
  const FileStore store = served.open();
  const Location file = store.locate("file.txt");
  test::with_failing_call(SYS_preadv2, EIO, [&] {
    EXPECT_EQ(test::ask(store, "file.txt"), "io_error");
    EXPECT_EQ(test::thrown_errno([&] { return store.read_whole(file, 5, Access::cached); }), EIO);
  });
}

TEST(FileStore, LeavesWhatIsMuchToThoseWhoMayTakeTheirTime) {
  const ServedRoot served;
  served.host.write("root/large", std::string(200000, 'x'));
  const FileStore store = served.open();
  const Location large = store.locate("large");
  EXPECT_EQ(store.read_whole(large, 1 << 20).size(), 200000U);
  EXPECT_THROW((void)store.read_whole(large, 1 << 20, Access::cached), WouldBlock);
  EXPECT_THROW((void)store.read_chunk(large, {0, (1 << 20) + 1}, {}, Access::cached), WouldBlock);
}

/// Another attempt may find a descriptor: nothing is wrong with the settings.
TEST(FileStore, TellsAHostThatCannotOpenARootNowFromOneThatNeverWill) {
  const ServedRoot served;
  const test::DescriptorLimit limit(0);
  EXPECT_EQ(test::thrown_errno([&] { return served.open(); }), EMFILE);
}

}  // namespace
}  // namespace filer
