#include "daemon/access/authorized_keys.hpp"

#include "base/settings.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace filer {
namespace {

using Lines = std::vector<std::string>;

const std::string example_key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const std::string key_line = "key: \"" + example_key + "\"\n";
const Lines roots = {"default", "logs"};

Lines problems_of(const std::string& text) {
  Lines found;
  try {
    (void)parse_authorized_key(text, "x.yaml", "x", roots, found);
  } catch (const SettingsError& error) {
    return error.problems();
  }
  return found;
}

TEST(AuthorizedKey, IsForEverythingUnlessItsFileSaysOtherwise) {
  Lines found;
  const AuthorizedKey key = parse_authorized_key(key_line, "x.yaml", "laptop", roots, found);
  EXPECT_EQ(found, Lines());
  EXPECT_EQ(key.name, "laptop");
  EXPECT_EQ(key.public_key, example_key);
  EXPECT_FALSE(key.roots);
  EXPECT_FALSE(key.ops);
}

TEST(AuthorizedKey, IsForTheRootsAndOpsOfItsFile) {
  Lines found;
  const AuthorizedKey key =
      parse_authorized_key(key_line + "roots: [logs]\nops: [get, stat]\n", "x.yaml", "x", roots, found);
  EXPECT_EQ(key.roots, Lines{"logs"});
  EXPECT_EQ(key.ops, (Lines{"get", "stat"}));
  const AuthorizedKey nothing =
      parse_authorized_key(key_line + "roots: []\nops: []\n", "x.yaml", "x", roots, found);
  EXPECT_EQ(nothing.roots, Lines());
  EXPECT_EQ(nothing.ops, Lines());
  EXPECT_EQ(found, Lines());
}

TEST(AuthorizedKey, SaysAllThatIsWrongAndWhere) {
  EXPECT_EQ(
      problems_of("key: abc\nroots: logs\nops: [get, delete]\nrots: []\n"),
      (Lines{
          "x.yaml:1:6: key: expected 40 characters of Z85 in quotes, as 'zmq-filer keygen' prints it",
          "x.yaml:2:8: roots: expected a list of roots (default, logs)",
          "x.yaml:3:12: ops: there is no 'delete', expected a list of ops (hello, get, stat, list, digest, "
          "stats)",
          "x.yaml:4:1: the authorized key: unknown key 'rots', expected one of key, roots, ops"}));
  EXPECT_EQ(problems_of(""), Lines{"x.yaml:1:1: the key 'key' is missing: the public key of the peer"});
  EXPECT_EQ(problems_of(key_line + "roots: [lgos]\n"),
            Lines{"x.yaml:2:9: roots: there is no 'lgos', expected a list of roots (default, logs)"});
  EXPECT_EQ(problems_of(key_line + "roots:\n"),
            Lines{"x.yaml:2:1: roots: expected a list of roots (default, logs)"});
}

TEST(AuthorizedKey, IsRefusedWhateverElseItsFileHolds) {
  for (const std::string& text :
       {std::string("key: [a"), std::string("\xff\xfe"), std::string("- a\n"), key_line + key_line,
        key_line + "---\n" + key_line, std::string("key: {}\n"), std::string("key: \"\"\n"),
        std::string(100, '['), "key: &a \"" + example_key + "\"\n"}) {
    EXPECT_NE(problems_of(text), Lines()) << text;
  }
}

TEST(AuthorizedKey, IsReadAsItIsWritten) {
  for (const AuthorizedKey& key :
       {AuthorizedKey{"x", example_key, {}, {}}, AuthorizedKey{"x", example_key, roots, Lines{"get"}},
        AuthorizedKey{"x", example_key, Lines(), Lines()}}) {
    Lines found;
    const AuthorizedKey read = parse_authorized_key(format_authorized_key(key), "x.yaml", "x", roots, found);
    EXPECT_EQ(found, Lines());
    EXPECT_EQ(read.public_key, key.public_key);
    EXPECT_EQ(read.roots, key.roots);
    EXPECT_EQ(read.ops, key.ops);
  }
}

TEST(AuthorizedKeys, AreTheFilesOfADirectory) {
  const test::TempDirectory directory;
  (void)directory.write("laptop.yaml", key_line);
  (void)directory.write("robot@7.yaml", "key: \"" + std::string(40, 'a') + "\"\n");
  (void)directory.write(".laptop.yaml.Xa31", "half");
  (void)directory.write("laptop.yaml~", "old");
  (void)directory.write("README", "notes");
  Lines problems;
  const auto keys = load_authorized_keys(directory.path(), roots, problems);
  EXPECT_EQ(problems, Lines());
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[0].name, "laptop");
  EXPECT_EQ(keys[1].name, "robot@7");
}

TEST(AuthorizedKeys, AreNoneWithoutADirectory) {
  const test::TempDirectory directory;
  Lines problems;
  EXPECT_TRUE(load_authorized_keys(directory / "missing", roots, problems).empty());
  EXPECT_EQ(problems, Lines());
  (void)load_authorized_keys(directory.write("file", ""), roots, problems);
  EXPECT_EQ(problems, Lines{directory / "file: Not a directory"});
}

TEST(AuthorizedKeys, SayWhatIsWrongInAnyFile) {
  const test::TempDirectory directory;
  (void)directory.write("-x.yaml", key_line);
  (void)directory.write("a.yaml", key_line);
  (void)directory.write("b.yaml", key_line);
  (void)directory.write("c.yaml", "key: [\n");
  Lines problems;
  (void)load_authorized_keys(directory.path(), roots, problems);
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_TRUE(problems[0].starts_with(directory / "-x.yaml:1:1: '-x' cannot name a key")) << problems[0];
  EXPECT_EQ(problems[1], directory / "b.yaml:1:1: the same key is authorized as a already");
  EXPECT_TRUE(problems[2].starts_with(directory / "c.yaml:")) << problems[2];
}

TEST(KeyName, IsFitForFilesAndLogs) {
  for (const char* name : {"laptop", "robot-7", "a.b@host", "_x", "7"})
    EXPECT_TRUE(is_key_name(name)) << name;
  for (const std::string& name :
       {std::string(), std::string("."), std::string("../x"), std::string("-x"), std::string("@x"),
        std::string("a b"), std::string("a/b"), std::string("ä"), std::string(65, 'a')}) {
    EXPECT_FALSE(is_key_name(name)) << name;
  }
}

}  // namespace
}  // namespace filer
