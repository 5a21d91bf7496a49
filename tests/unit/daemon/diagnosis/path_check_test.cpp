#include "daemon/diagnosis/path_check.hpp"

#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/support/effective_user.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

namespace filer {
namespace {

using test::ServedRoot;

bool any_has(const std::vector<std::string>& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(),
                     [&part](const std::string& line) { return line.find(part) != std::string::npos; });
}

class PathCheck : public testing::Test {
 protected:
  PathVerdict check(const std::string& path) {
    config.roots = {served.config};
    return check_path(config, FileStore(config.roots), path);
  }

  /// Checks that are refused with this code, and whose steps before the last line have `reason` in one.
  void expect_refusal(const std::string& path, const std::string& code, const std::string& reason) {
    const PathVerdict verdict = check(path);
    EXPECT_FALSE(verdict.is_served) << path;
    EXPECT_TRUE(verdict.lines.back().starts_with("not served: " + code + ": ")) << verdict.lines.back();
    EXPECT_EQ(code, test::ask(FileStore({served.config}), path)) << "what a client gets for " << path;
    const std::vector<std::string> steps(verdict.lines.begin(), verdict.lines.end() - 1);
    EXPECT_TRUE(any_has(steps, reason)) << testing::PrintToString(steps);
  }

  [[nodiscard]] std::string at(const std::string& name) const {
    return "  '" + served.root() + "/" + name + "': ";
  }

  ServedRoot served;
  Config config;
};

TEST_F(PathCheck, TellsEveryStepOfAPathThatIsServed) {
  served.host.make_link("root/link", "dir/../file.txt");
  const PathVerdict verdict = check("link");
  EXPECT_TRUE(verdict.is_served);
  ASSERT_EQ(verdict.lines.size(), 6U);
  EXPECT_EQ(verdict.lines[0], "'link': 'link' below the root default");
  EXPECT_TRUE(verdict.lines[1].starts_with(at("") + "directory, rwx")) << verdict.lines[1];
  EXPECT_EQ(verdict.lines[2], at("link") + "symbolic link to 'dir/../file.txt'");
  EXPECT_TRUE(verdict.lines[3].starts_with(at("dir") + "directory, rwx")) << verdict.lines[3];
  EXPECT_TRUE(verdict.lines[4].starts_with(at("file.txt") + "file, rw")) << verdict.lines[4];
  EXPECT_EQ(verdict.lines[5], "served: a file of 5 bytes");
}

TEST_F(PathCheck, TellsWhatADirectoryIsServedFor) {
  const PathVerdict verdict = check(served.root() + "/dir/");
  EXPECT_TRUE(verdict.is_served);
  EXPECT_EQ(verdict.lines.front(), "'" + served.root() + "/dir/': 'dir/' below the root default");
  EXPECT_EQ(verdict.lines.back(), "served: a directory, for list and stat; it has no content");
}

TEST_F(PathCheck, TellsOfAFileThatIsTooLargeForClassicRequests) {
  config.limits.content_bytes = 4;
  EXPECT_EQ(check("file.txt").lines.back(),
            "served: a file of 5 bytes, for get, by ranges; a classic request gets too_large "
            "(limits.content_bytes: 4)");
}

TEST_F(PathCheck, TellsTheLinkThatLeadsOut) {
  served.host.make_link("root/dir/out", "../../outside");
  served.host.make_link("root/absolute", served.root() + "/file.txt");
  expect_refusal("dir/out/secret.txt", "outside_root", at("dir/out") + "symbolic link to '../../outside'");
  expect_refusal("dir/out/secret.txt", "outside_root", "/..': leads out of the root");
  expect_refusal("absolute", "outside_root",
                 "which is absolute and so leads out of the root: make it relative");
  expect_refusal("dir/../../x", "outside_root", "/..': leads out of the root");
}

TEST_F(PathCheck, TellsTheStepThatIsMissing) {
  served.host.make_link("root/dangling", "dir/gone");
  expect_refusal("dir/missing/x", "not_found", at("dir/missing") + "No such file or directory");
  expect_refusal("dangling", "not_found", at("dir/gone") + "No such file or directory");
}

TEST_F(PathCheck, TellsTheStepThatIsNoDirectory) {
  expect_refusal("file.txt/x", "not_a_directory",
                 at("file.txt") + "is not a directory, and the path goes on");
  expect_refusal("file.txt/", "not_a_directory", "is not a directory, and the path goes on");
}

TEST_F(PathCheck, TellsOfALoop) {
  served.host.make_link("root/loop", "loop");
  expect_refusal("loop", "too_many_links", "one more than the 40 that are followed");
}

TEST_F(PathCheck, FollowsAsManyLinksAsTheKernelDoes) {
  for (int link = 1; link <= 41; ++link) {
    const std::string target = link == 1 ? "file.txt" : std::to_string(link - 1);
    served.host.make_link("root/" + std::to_string(link), target);
  }
  EXPECT_TRUE(check("40").is_served);
  expect_refusal("41", "too_many_links", at("1") + "symbolic link to 'file.txt', one more than the 40");
}

TEST_F(PathCheck, TellsThePolicyOfTheRoot) {
  served.host.write("root/dir/.hidden", "psst");
  served.host.make_link("root/link", "file.txt");
  served.config.hidden_files = false;
  served.config.follow_symlinks = false;
  expect_refusal("dir/.hidden", "not_found", "this root serves no such names (hidden_files: false)");
  expect_refusal("link", "access_denied", "and this root follows none (follow_symlinks: false)");
}

TEST_F(PathCheck, TellsWhomTheRootIsFor) {
  served.config.allow.emplace();
  served.config.allow->users = {{"alice", "here"}};
  served.config.allow->keys = {{"laptop", "here"}, {"robot", "here"}};
  const PathVerdict verdict = check("file.txt");
  EXPECT_TRUE(verdict.is_served);
  EXPECT_TRUE(any_has(verdict.lines,
                      "  the root default is only for ('allow'): user 'alice', key 'laptop', key 'robot'"));
}

TEST_F(PathCheck, TellsWhereTheRootIsForNobody) {
  served.config.allow.emplace();
  EXPECT_TRUE(any_has(check("file.txt").lines, "  the root default is for nobody ('allow')"));
}

TEST_F(PathCheck, TellsWhatIsNoFile) {
  ASSERT_EQ(::mkfifo((served.root() + "/fifo").c_str(), 0600), 0);
  expect_refusal("fifo", "not_a_file", at("fifo") + "FIFO, rw");
}

TEST_F(PathCheck, TellsWhatThisUserMayNot) {
  ::chmod(served.host.path().c_str(), 0755);
  served.host.write("root/private.txt", "psst");
  ::chmod((served.root() + "/private.txt").c_str(), 0200);
  served.host.write("root/closed/file.txt", "psst");
  ::chmod((served.root() + "/closed").c_str(), 0600);
  served.host.write("root/blind/file.txt", "hello");
  ::chmod((served.root() + "/blind").c_str(), 0311);
  const test::WithoutPrivileges without_privileges;
  expect_refusal("private.txt", "access_denied", "; this user may not read it");
  expect_refusal("closed/file.txt", "access_denied", "; this user may not enter it");
  EXPECT_TRUE(check("blind/file.txt").is_served);
  EXPECT_FALSE(check("blind").is_served);
  EXPECT_TRUE(any_has(check("blind").lines, "; this user may not list it"));
}

TEST_F(PathCheck, TellsOfNamesThatMayLieOutside) {
  ASSERT_EQ(::link((served.host / "outside/secret.txt").c_str(), (served.root() + "/hard").c_str()), 0);
  EXPECT_TRUE(any_has(check("hard").lines, "; it has 2 names (hard links), perhaps some outside"));
}

TEST_F(PathCheck, TellsTheRootsWhereAPathLiesInNone) {
  const std::string outside = served.host / "outside/secret.txt";
  EXPECT_EQ(check(outside).lines,
            (std::vector<std::string>{"  root default: '" + served.root() + "'",
                                      "not served: outside_root: the path lies in none of the roots"}));
}

TEST_F(PathCheck, TellsTheSpellingThatSelectsARoot) {
  const std::string alias = served.host.make_link("alias", "root");
  EXPECT_TRUE(
      any_has(check(alias + "/file.txt").lines,
              "  its real path, '" + served.root() + "/file.txt', lies in the root default: ask by that"));
}

TEST_F(PathCheck, KeepsATerminalFromWhatNamesHold) {
  served.host.make_link("root/\x1b[31m", "a\nb");
  for (const std::string& line : check("\x1b[31m").lines) {
    EXPECT_EQ(line.find_first_of("\x1b\n"), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace filer
