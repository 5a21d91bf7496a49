#include "daemon/files/file_store.hpp"

#include "base/settings.hpp"
#include "tests/unit/daemon/files/served_root.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
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

}  // namespace
}  // namespace filer
