#include "base/yaml.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

using namespace std::string_literals;

/// What parse_yaml() says about a text that it refuses; "accepted" where it does not.
std::string problem_of(std::string_view text) {
  try {
    (void)parse_yaml(text, "x.yaml");
    return "accepted";
  } catch (const SettingsError& error) {
    EXPECT_EQ(error.problems().size(), 1U);
    return error.what();
  }
}

TEST(Yaml, TakesAnEmptyTextAsNull) {
  EXPECT_EQ(parse_yaml("", "x.yaml").kind, YamlValue::Kind::null);
  EXPECT_EQ(parse_yaml("# nothing but a comment\n", "x.yaml").kind, YamlValue::Kind::null);
  EXPECT_EQ(parse_yaml("---\n", "x.yaml").kind, YamlValue::Kind::null);
}

TEST(Yaml, KeepsScalarsAsTheyAreWritten) {
  for (const char* text : {"0755", "yes", "1e3", "True", "0x10", "1_000"}) {
    const YamlValue value = parse_yaml(text, "x.yaml");
    EXPECT_EQ(value.kind, YamlValue::Kind::scalar);
    EXPECT_EQ(value.scalar, text);
  }
}

TEST(Yaml, TellsNullFromTheQuotedWord) {
  EXPECT_EQ(parse_yaml("null", "x.yaml").kind, YamlValue::Kind::null);
  EXPECT_EQ(parse_yaml("~", "x.yaml").kind, YamlValue::Kind::null);
  EXPECT_EQ(parse_yaml("'null'", "x.yaml").kind, YamlValue::Kind::scalar);
}

TEST(Yaml, KeepsMembersInTheOrderOfTheFile) {
  const YamlValue value = parse_yaml("b: 1\na: 2\nc: 3\n", "x.yaml");
  ASSERT_EQ(value.members.size(), 3U);
  EXPECT_EQ(value.members[0].key, "b");
  EXPECT_EQ(value.members[1].key, "a");
  EXPECT_EQ(value.members[2].value.scalar, "3");
}

TEST(Yaml, TellsWhereKeysAndValuesAre) {
  const YamlValue value = parse_yaml("# comment\nlimits:\n  request_bytes: 64KiB\n", "x.yaml");
  const YamlValue::Member& limits = value.members.at(0);
  EXPECT_EQ(limits.key_at.line, 2);
  EXPECT_EQ(limits.key_at.column, 1);
  const YamlValue::Member& bytes = limits.value.members.at(0);
  EXPECT_EQ(bytes.key_at.line, 3);
  EXPECT_EQ(bytes.key_at.column, 3);
  EXPECT_EQ(bytes.value.at.line, 3);
  EXPECT_EQ(bytes.value.at.column, 18);
}

TEST(Yaml, ReadsListsWithinMaps) {
  const YamlValue value = parse_yaml("bind: [a, {k: v}, []]", "x.yaml");
  const YamlValue& list = value.members.at(0).value;
  ASSERT_EQ(list.kind, YamlValue::Kind::list);
  ASSERT_EQ(list.items.size(), 3U);
  EXPECT_EQ(list.items[0].scalar, "a");
  EXPECT_EQ(list.items[1].members.at(0).value.scalar, "v");
  EXPECT_EQ(list.items[2].kind, YamlValue::Kind::list);
}

TEST(Yaml, RefusesADuplicateKeyAndSaysWhereTheFirstIs) {
  EXPECT_EQ(problem_of("a: 1\nb: 2\n\n  \na: 3\n"),
            "x.yaml:5:1: duplicate key 'a': it is already set in line 1");
}

TEST(Yaml, RefusesADuplicateKeyHoweverItIsQuoted) {
  EXPECT_EQ(problem_of("{a: 1, 'a': 2}"), "x.yaml:1:8: duplicate key 'a': it is already set in line 1");
  EXPECT_EQ(problem_of("{a: 1, \"\\x61\": 2}"), "x.yaml:1:8: duplicate key 'a': it is already set in line 1");
}

TEST(Yaml, AllowsTheSameKeyInDifferentMaps) {
  EXPECT_EQ(problem_of("a: {path: x}\nb: {path: y}\n"), "accepted");
}

TEST(Yaml, RefusesAnchorsWhereverTheyStand) {
  EXPECT_EQ(problem_of("a: &x 1\n"),
            "x.yaml:1:4: anchors are not supported: write the value out where it is used");
  EXPECT_EQ(problem_of("a: &x [1]\n"),
            "x.yaml:1:4: anchors are not supported: write the value out where it is used");
  EXPECT_EQ(problem_of("a: &x {b: 1}\n"),
            "x.yaml:1:4: anchors are not supported: write the value out where it is used");
  EXPECT_EQ(problem_of("a: &x\n"),
            "x.yaml:1:4: anchors are not supported: write the value out where it is used");
}

TEST(Yaml, RefusesAliases) {
  EXPECT_EQ(problem_of("a: *x\n"), "x.yaml:1:4: the referenced anchor is not defined");
  EXPECT_NE(problem_of("a: &x 1\nb: *x\n"), "accepted");
  EXPECT_NE(problem_of("&x [*x]"), "accepted");
}

TEST(Yaml, RefusesTags) {
  EXPECT_EQ(problem_of("a: !!binary aGk=\n"),
            "x.yaml:1:4: tags are not supported: 'tag:yaml.org,2002:binary'");
  EXPECT_EQ(problem_of("a: !mine {b: 1}\n"), "x.yaml:1:4: tags are not supported: '!mine'");
}

TEST(Yaml, RefusesKeysThatAreNotPlainText) {
  EXPECT_EQ(problem_of("? [a, b]\n: 1\n"), "x.yaml:1:3: a key must be plain text");
  EXPECT_EQ(problem_of("{{a: b}: 1}"), "x.yaml:1:2: a key must be plain text");
  EXPECT_EQ(problem_of("~: 1\n"), "x.yaml:1:1: a key must be plain text");
}

TEST(Yaml, RefusesASecondDocument) {
  EXPECT_EQ(problem_of("a: 1\n---\na: 2\n"), "x.yaml:1:1: holds more than one YAML document, expected one");
  EXPECT_EQ(problem_of("a: 1\n...\n---\n"), "x.yaml:1:1: holds more than one YAML document, expected one");
}

TEST(Yaml, AllowsTheMarkersOfItsOnlyDocument) {
  EXPECT_EQ(problem_of("---\na: 1\n...\n"), "accepted");
}

TEST(Yaml, RefusesMoreThanOneMebibyte) {
  const std::string most(most_yaml_bytes, '#');
  EXPECT_EQ(problem_of(most), "accepted");
  EXPECT_EQ(problem_of(most + "#"), "x.yaml:1:1: larger than 1048576 bytes");
}

TEST(Yaml, SaysWhereATextIsNotYaml) {
  EXPECT_EQ(problem_of("a: 1\nb: [1, 2\n"), "x.yaml:3:1: end of sequence flow not found");
  EXPECT_EQ(problem_of("a: 1\n\tb: 2\n").substr(0, 11), "x.yaml:2:1:");
  EXPECT_EQ(problem_of("a: 'open"), "x.yaml:1:9: illegal EOF in scalar");
}

TEST(Yaml, EscapesWhatAMessageRepeats) {
  EXPECT_EQ(problem_of("a: \"\\\x1b\""), "x.yaml:1:7: unknown escape character: \\x1b");
}

TEST(Yaml, SaysThatAValueIsMissingWhereItsKeyIs) {
  const YamlValue value = parse_yaml("a: 1\nbind:\n\n\nb: 2\n", "x.yaml");
  EXPECT_EQ(value.members.at(1).value.kind, YamlValue::Kind::null);
  EXPECT_EQ(value.members.at(1).value.at.line, 2);
  EXPECT_EQ(value.members.at(1).value.at.column, 1);
}

TEST(Yaml, RefusesDeepNestingInsteadOfExhaustingTheStack) {
  EXPECT_NE(problem_of(std::string(10000, '[')), "accepted");
  EXPECT_NE(problem_of(std::string(10000, '[') + std::string(10000, ']')), "accepted");
  EXPECT_NE(problem_of(std::string(10000, '{')), "accepted");
  std::string blocks;
  for (int depth = 0; depth < 2000; ++depth) blocks += "- ";
  EXPECT_NE(problem_of(blocks + "x"), "accepted");
}

/// Bytes that are known to trouble YAML parsers. Whether they are taken or refused matters less than that
/// there is an answer.
TEST(Yaml, SurvivesBytesThatTroubleParsers) {
  const std::string texts[] = {
      "--- |\n...",
      "--- |",
      "--- >\n",
      "--- |2\n x\n",
      "\xff",
      "\xff\xfe",
      "\xfe\xff",
      "\xef\xbb\xbf",
      "\xef\xbb\xbf"
      "a",
      "\xc3\x28: x",
      "a\0b"s,
      "\0"s,
      "%YAML",
      "%YAML 1.2\n---",
      "%TAG ! !\n---\n",
      "!<",
      "!!",
      "&",
      "*",
      "?",
      "? ",
      "? ?",
      ":",
      ": :",
      "-",
      "- -",
      "-\t-",
      "\"",
      "'",
      "\"\\",
      "\"\\x",
      "\"\\u12",
      "\"\\UFFFFFFFF\"",
      "|",
      ">-",
      "|9",
      "[",
      "]",
      "{",
      "}",
      "[,]",
      "{,}",
      "[:]",
      "{?}",
      "[[[]]",
      "@",
      "`",
      "%",
      "...",
      "...\n...",
      "---\n---\n---",
      "a: b: c",
      "a:\n- b\n c",
      "\t",
      "\r",
      "\r\n\r\n",
      "\x85",
      "\xe2\x80\xa8",
      "- ? : \n  - ?",
      "{a: , b}",
      "!<tag:x>",
      "&a &b c",
      "!a !b c",
      "? |\n  x\n: >\n",
      std::string(5000, '-'),
      std::string(5000, '?'),
      std::string(5000, '\''),
      std::string(5000, '\t'),
  };
  for (const std::string& text : texts) {
    const std::string problem = problem_of(text);
    EXPECT_TRUE(problem == "accepted" || problem.starts_with("x.yaml:")) << problem;
  }
}

TEST(SettingsError, SaysAllProblemsALineEach) {
  const SettingsError error({"x:1:1: this", "x:2:1: that"});
  EXPECT_STREQ(error.what(), "x:1:1: this\nx:2:1: that");
  EXPECT_EQ(error.problems().size(), 2U);
}

}  // namespace
}  // namespace filer
