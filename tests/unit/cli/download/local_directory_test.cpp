#include "cli/download/local_directory.hpp"

#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace filer {
namespace {

using test::TempDirectory;

TEST(IsSafeName, TakesNamesThatFilesCanHave) {
  for (const char* name : {"a", "...", ".a", "..a", "a b", "-", "\\", "\n", "\xff"}) {
    EXPECT_TRUE(is_safe_name(name)) << name;
  }
}

TEST(IsSafeName, RefusesWaysOutAndNamesThatAreNone) {
  using namespace std::string_view_literals;
  for (const std::string_view name :
       {""sv, "."sv, ".."sv, "/"sv, "/a"sv, "a/"sv, "a/b"sv, "../a"sv, "\0"sv, "a\0b"sv, "a\0"sv}) {
    EXPECT_FALSE(is_safe_name(name)) << name;
  }
}

TEST(LocalDirectory, FollowsALinkThatTheUserNames) {
  const TempDirectory directory;
  const std::string target = directory.make_directory("target");
  LocalDirectory(directory.make_link("link", target)).make("made");
  EXPECT_TRUE(std::filesystem::is_directory(target + "/made"));
}

TEST(LocalDirectory, EntersNoLink) {
  const TempDirectory directory;
  const TempDirectory elsewhere;
  directory.make_link("link", elsewhere.path());
  EXPECT_THROW((void)LocalDirectory(directory.path()).enter("link"), std::system_error);
}

TEST(LocalDirectory, StaysWhereItIsWhenItsPathBecomesAnother) {
  const TempDirectory directory;
  const TempDirectory elsewhere;
  const LocalDirectory open(directory.make_directory("here"));
  std::filesystem::rename(directory / "here", directory / "moved");
  directory.make_link("here", elsewhere.path());
  open.make("made");
  EXPECT_TRUE(std::filesystem::is_directory(directory / "moved/made"));
  EXPECT_EQ(elsewhere.count(), 0U);
}

TEST(LocalDirectory, LeavesADirectoryThatIsThere) {
  const TempDirectory directory;
  directory.write("there/file", "x");
  LocalDirectory(directory.path()).make("there");
  EXPECT_TRUE(std::filesystem::exists(directory / "there/file"));
}

TEST(LocalDirectory, SaysWhatCannotBeOpened) {
  const TempDirectory directory;
  try {
    (void)LocalDirectory(directory.path()).enter("missing");
    FAIL() << "entered";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ENOENT);
    EXPECT_EQ(std::string(error.what()),
              "open '" + directory.path() + "/missing': No such file or directory");
  }
}

TEST(LocalDirectory, NamesWhatIsInItAsTheUserWould) {
  EXPECT_EQ(LocalDirectory(".").path_of("a"), "a");
  EXPECT_EQ(LocalDirectory("/").path_of("a"), "/a");
  const TempDirectory directory;
  EXPECT_EQ(LocalDirectory(directory.path()).path_of("a"), directory / "a");
}

}  // namespace
}  // namespace filer
