#include "base/settings.hpp"

#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <system_error>
#include <vector>

namespace filer {
namespace {

/// A map of settings read from a text, and what is found wrong with it.
struct Settings {
  explicit Settings(std::string_view text)
      : value(parse_yaml(text, "x.yaml")), problems("x.yaml", found), map(value, "the settings", problems) {}

  std::vector<std::string> found;
  YamlValue value;
  Problems problems;
  SettingsMap map;
};

using Found = std::vector<std::string>;

TEST(Problems, SaysFileLineAndColumn) {
  Found found;
  Problems problems("/etc/x.yaml", found);
  EXPECT_EQ(problems.where({3, 7}), "/etc/x.yaml:3:7");
  problems.add({3, 7}, "wrong");
  EXPECT_EQ(found, Found{"/etc/x.yaml:3:7: wrong"});
}

TEST(SettingsMap, ReadsNothingAsAnEmptyMap) {
  Settings settings("");
  bool flag = true;
  settings.map.read("flag", flag);
  settings.map.refuse_unknown_keys();
  EXPECT_TRUE(flag);
  EXPECT_EQ(settings.found, Found{});
}

TEST(SettingsMap, RefusesWhatIsNotAMap) {
  EXPECT_EQ(Settings("- a\n").found,
            Found{"x.yaml:1:1: the settings: expected keys with values, found a list"});
  EXPECT_EQ(Settings("text").found,
            Found{"x.yaml:1:1: the settings: expected keys with values, found 'text'"});
}

TEST(SettingsMap, ReadsAFlag) {
  Settings settings("yes_please: true\nno_thanks: false\n");
  bool yes_please = false, no_thanks = true;
  settings.map.read("yes_please", yes_please);
  settings.map.read("no_thanks", no_thanks);
  EXPECT_TRUE(yes_please);
  EXPECT_FALSE(no_thanks);
  EXPECT_EQ(settings.found, Found{});
}

TEST(SettingsMap, RefusesWordsThatOtherYamlReadersTakeForFlags) {
  for (const char* word : {"yes", "on", "True", "TRUE", "1"}) {
    Settings settings("flag: " + std::string(word) + "\n");
    bool flag = false;
    settings.map.read("flag", flag);
    EXPECT_FALSE(flag) << word;
    EXPECT_EQ(settings.found,
              Found{"x.yaml:1:7: flag: expected true or false, found '" + std::string(word) + "'"});
  }
}

TEST(SettingsMap, SaysWhatItFoundInPlaceOfAScalar) {
  Settings settings("a: [true]\nb: {true: false}\nc:\n");
  bool flag = true;
  settings.map.read("a", flag);
  settings.map.read("b", flag);
  settings.map.read("c", flag);
  EXPECT_EQ(settings.found, (Found{"x.yaml:1:4: a: expected true or false, found a list",
                                   "x.yaml:2:4: b: expected true or false, found a map",
                                   "x.yaml:3:1: c: expected true or false, found nothing"}));
}

TEST(SettingsMap, ReadsASizeAtBothBounds) {
  for (const std::uint64_t size : {1024U, 4096U}) {
    Settings settings("size: " + std::to_string(size));
    std::uint64_t target = 0;
    settings.map.read_byte_size("size", target, 1024, 4096);
    EXPECT_EQ(target, size);
    EXPECT_EQ(settings.found, Found{});
  }
}

TEST(SettingsMap, RefusesASizeBeyondItsBounds) {
  for (const char* size : {"1023", "4097", "-1", "many"}) {
    Settings settings("size: " + std::string(size));
    std::uint64_t target = 2000;
    settings.map.read_byte_size("size", target, 1024, 4096);
    EXPECT_EQ(target, 2000U);
    EXPECT_EQ(settings.found,
              Found{"x.yaml:1:7: size: expected a size from 1KiB to 4KiB, such as 65536 or 64KiB, found '" +
                    std::string(size) + "'"});
  }
}

TEST(SettingsMap, ReadsAChoiceAsItsIndex) {
  Settings settings("colour: green");
  std::size_t index = 99;
  settings.map.read_choice("colour", index, {"red", "green", "blue"});
  EXPECT_EQ(index, 1U);
}

TEST(SettingsMap, RefusesAnotherChoiceAndNamesThemAll) {
  Settings settings("colour: Green");
  std::size_t index = 99;
  settings.map.read_choice("colour", index, {"red", "green", "blue"});
  EXPECT_EQ(index, 99U);
  EXPECT_EQ(settings.found, Found{"x.yaml:1:9: colour: expected one of red, green, blue, found 'Green'"});
}

TEST(SettingsMap, NamesEveryUnknownKeyAndWhatThereIs) {
  Settings settings("flag: true\nflgs: true\n\"\\e[2J\": 1\n");
  bool flag = false;
  settings.map.read("flag", flag);
  (void)settings.map.find("other");
  settings.map.refuse_unknown_keys();
  EXPECT_EQ(settings.found,
            (Found{"x.yaml:2:1: the settings: unknown key 'flgs', expected one of flag, other",
                   "x.yaml:3:1: the settings: unknown key '\\x1b[2J', expected one of flag, other"}));
}

TEST(ReadText, RefusesWhatHoldsNoText) {
  Found found;
  Problems problems("x.yaml", found);
  EXPECT_EQ(read_text(parse_yaml("word", "x.yaml"), "a word", problems), "word");
  EXPECT_EQ(found, Found{});
  EXPECT_EQ(read_text(parse_yaml("''", "x.yaml"), "a word", problems), std::nullopt);
  EXPECT_EQ(read_text(parse_yaml("[]", "x.yaml"), "a word", problems), std::nullopt);
  EXPECT_EQ(read_text(parse_yaml("~", "x.yaml"), "a word", problems), std::nullopt);
  EXPECT_EQ(found,
            (Found{"x.yaml:1:1: expected a word, found ''", "x.yaml:1:1: expected a word, found a list",
                   "x.yaml:1:1: expected a word, found nothing"}));
}

TEST(ReadSettingsFile, GivesTheWholeText) {
  const test::TempDirectory directory;
  EXPECT_EQ(read_settings_file(directory.write("x.yaml", "a: 1\n")), "a: 1\n");
  EXPECT_EQ(read_settings_file(directory.write("empty.yaml", "")), "");
}

TEST(ReadSettingsFile, TellsAMissingFileFromAnUnreadableOne) {
  const test::TempDirectory directory;
  EXPECT_EQ(read_settings_file(directory / "missing.yaml"), std::nullopt);
  EXPECT_THROW((void)read_settings_file(directory.path()), SettingsError);
}

TEST(ReadSettingsFile, ReadsNoMoreThanIsNeededToRefuseIt) {
  const test::TempDirectory directory;
  const auto text = read_settings_file(directory.write("x.yaml", std::string(3 * most_yaml_bytes, '#')));
  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), most_yaml_bytes + 1);
}

TEST(ReadSettingsFile, DoesNotWaitForAFifo) {
  const test::TempDirectory directory;
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_settings_file(directory / "fifo"), "");
}

}  // namespace
}  // namespace filer
