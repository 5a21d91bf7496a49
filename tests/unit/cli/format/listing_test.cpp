#include "cli/format/listing.hpp"

#include "tests/unit/support/environment.hpp"

#include <gtest/gtest.h>
#include <time.h>

namespace filer {
namespace {

std::vector<DirectoryEntry> named(const std::vector<std::string>& names) {
  std::vector<DirectoryEntry> entries;
  for (const std::string& name : names) entries.push_back({name, FileType::file, 0, 0});
  return entries;
}

TEST(Listing, OfNamesHasOneALineAsTheyAre) {
  EXPECT_EQ(format_names(named({"a", "\x1b[2J", "b c"})), "a\n\x1b[2J\nb c\n");
}

TEST(Columns, AreAsManyAsFit) {
  const auto entries = named({"a", "bb", "cc", "d", "e"});
  EXPECT_EQ(format_columns(entries, 80), "a  bb  cc  d  e\n");
  EXPECT_EQ(format_columns(entries, 15), "a  bb  cc  d  e\n");
  EXPECT_EQ(format_columns(entries, 14), "a   cc  e\nbb  d\n");
  EXPECT_EQ(format_columns(entries, 8), "a   d\nbb  e\ncc\n");
}

TEST(Columns, AreOneWhereNoMoreFit) {
  EXPECT_EQ(format_columns(named({"a", "b"}), 0), "a\nb\n");
  EXPECT_EQ(format_columns(named({std::string(100, 'x'), "b"}), 80), std::string(100, 'x') + "\nb\n");
}

TEST(Columns, AreNoneForNothing) {
  EXPECT_EQ(format_columns({}, 80), "");
}

TEST(Columns, HoldNamesThatCannotDriveTheTerminal) {
  EXPECT_EQ(format_columns(named({"\x1b[2J", "b"}), 80), "\\x1b[2J  b\n");
}

TEST(LongListing, HasTypeSizeTimeAndName) {
  const test::EnvironmentVariable zone("TZ", "UTC");
  ::tzset();
  const std::vector<DirectoryEntry> entries = {{"file", FileType::file, 123456, 0},
                                               {"link", FileType::symlink, 4, 60000},
                                               {"dir", FileType::directory, 4096, 0},
                                               {"\x1b", FileType::other, 0, 0}};
  EXPECT_EQ(
      format_long(entries, {}),
      "- 123456 1970-01-01 00:00 file\nl      4 1970-01-01 00:01 link@\nd   4096 1970-01-01 00:00 dir/\n"
      "?      0 1970-01-01 00:00 \x1b\n");
  EXPECT_EQ(format_long(entries, {true, true}),
            "- 120.6 KiB 1970-01-01 00:00 file\nl       4 B 1970-01-01 00:01 link@\n"
            "d   4.0 KiB 1970-01-01 00:00 dir/\n?       0 B 1970-01-01 00:00 \\x1b\n");
}

TEST(JsonListing, HasThePathOfEachEntry) {
  const std::vector<DirectoryEntry> entries = {{"a", FileType::file, 1, 2},
                                               {"\xff", FileType::symlink, 3, -4}};
  EXPECT_EQ(format_json(entries, "logs"), R"({"path":"logs/a","type":"file","size":1,"mtime":2})"
                                          "\n"
                                          R"({"path_base64":"bG9ncy//","type":"symlink","size":3,"mtime":-4})"
                                          "\n");
}

TEST(PathBelow, IsThatOfAnEntry) {
  EXPECT_EQ(path_below(".", "a"), "a");
  EXPECT_EQ(path_below("logs", "a"), "logs/a");
  EXPECT_EQ(path_below("logs/", "a"), "logs/a");
  EXPECT_EQ(path_below("/", "a"), "/a");
}

}  // namespace
}  // namespace filer
