#include "cli/download/local_tree.hpp"

#include "cli/download/partial_file.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace filer {
namespace {

using test::read_file;
using test::TempDirectory;

void write_file(LocalTree& tree, const std::string& below, std::string_view bytes) {
  const SplitPath path = split_path(below);
  constexpr std::uint32_t mode = 0644;
  PartialFile file([&] { return tree.open(path.directory); }, path.name, tree.path_of(below), false);
  file.begin(0);
  file.write(bytes);
  file.commit(mode, 0);
}

TEST(LocalTree, IsMadeWhereThereIsNone) {
  const TempDirectory directory;
  const LocalTree tree(directory / "tree");
  EXPECT_TRUE(std::filesystem::is_directory(directory / "tree"));
  EXPECT_THROW(LocalTree(directory / "a/b"), std::system_error);
  EXPECT_THROW(LocalTree(directory.write("file", "x")), std::system_error);
}

TEST(LocalTree, HoldsWhatIsMadeInIt) {
  const TempDirectory directory;
  LocalTree tree(directory.path());
  tree.make("a");
  tree.make("a");  // it may be there
  tree.make("a/b");
  write_file(tree, "top", "1");
  write_file(tree, "a/b/file", "2");
  EXPECT_EQ(read_file(directory / "top"), "1");
  EXPECT_EQ(read_file(directory / "a/b/file"), "2");
}

TEST(LocalTree, HasMoreDirectoriesThanItHoldsOpen) {
  const TempDirectory directory;
  LocalTree tree(directory.path());
  std::string path = "d";
  for (int depth = 0; depth < 40; ++depth, path += "/d") {
    tree.make(path);
    write_file(tree, path + "/file", "x");
  }
  write_file(tree, "d/d/again", "x");
  EXPECT_TRUE(std::filesystem::exists(directory / "d/d/again"));
}

TEST(LocalTree, MakesNothingBehindALinkThatLiesInIt) {
  const TempDirectory directory;
  const TempDirectory elsewhere;
  elsewhere.make_directory("inner");
  directory.make_link("link", elsewhere.path());
  LocalTree tree(directory.path());
  EXPECT_THROW(tree.make("link"), std::system_error);
  EXPECT_THROW(tree.make("link/made"), std::system_error);
  EXPECT_THROW((void)tree.open("link/inner"), std::system_error);
  EXPECT_THROW(write_file(tree, "link/file", "x"), std::system_error);
  EXPECT_EQ(elsewhere.only_name(), "inner");
}

TEST(LocalTree, ReplacesALinkThatLiesInTheWayOfAFile) {
  const TempDirectory directory;
  const TempDirectory elsewhere;
  const std::string precious = elsewhere.write("precious", "old");
  directory.make_link("file", precious);
  LocalTree tree(directory.path());
  write_file(tree, "file", "new");
  EXPECT_EQ(read_file(precious), "old");
  EXPECT_EQ(read_file(directory / "file"), "new");
  EXPECT_FALSE(std::filesystem::is_symlink(directory / "file"));
}

TEST(LocalTree, TakesNoFileForADirectory) {
  const TempDirectory directory;
  directory.write("file", "x");
  LocalTree tree(directory.path());
  EXPECT_THROW(tree.make("file"), std::system_error);
}

TEST(SplitPath, TakesTheLastNameOff) {
  EXPECT_EQ(split_path("a/b/c").directory, "a/b");
  EXPECT_EQ(split_path("a/b/c").name, "c");
  EXPECT_EQ(split_path("c").directory, "");
  EXPECT_EQ(split_path("c").name, "c");
}

}  // namespace
}  // namespace filer
