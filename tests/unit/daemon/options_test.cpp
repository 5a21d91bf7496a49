#include "daemon/options.hpp"

#include "base/settings.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace filer {
namespace {

std::optional<Options> parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "zmq-filerd");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

std::string refusal_of(const std::vector<const char*>& arguments) {
  try {
    (void)parse(arguments);
    return "accepted";
  } catch (const UsageError& error) {
    return error.what();
  }
}

std::vector<std::string> problems_of(const Options& options) {
  try {
    (void)load_config(options);
    return {};
  } catch (const SettingsError& error) {
    return error.problems();
  }
}

TEST(DaemonOptions, HasDefaults) {
  const auto options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->config, "/etc/zmq-filer/zmq-filerd.yaml");
  EXPECT_FALSE(options->config_must_exist);
  EXPECT_TRUE(options->bind.empty());
  EXPECT_EQ(options->root, "");
  EXPECT_FALSE(options->check_config);
  EXPECT_FALSE(options->print_config);
}

TEST(DaemonOptions, ReadsThemAll) {
  const auto options = parse({"--config", "x.yaml", "--bind", "ipc:///a", "--bind", "ipc:///b", "--root",
                              "/srv", "--check-config", "--print-config"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->config, "x.yaml");
  EXPECT_TRUE(options->config_must_exist);
  EXPECT_EQ(options->bind, (std::vector<std::string>{"ipc:///a", "ipc:///b"}));
  EXPECT_EQ(options->root, "/srv");
  EXPECT_TRUE(options->check_config);
  EXPECT_TRUE(options->print_config);
}

TEST(DaemonOptions, TakesValuesAsTheyAre) {
  const auto options = parse({"--bind", "tcp://[::1]:60401", "--root", "[a,b]"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->bind, std::vector<std::string>{"tcp://[::1]:60401"});
  EXPECT_EQ(options->root, "[a,b]");
}

TEST(DaemonOptions, RefusesAnEmptyRoot) {
  EXPECT_EQ(refusal_of({"--root", ""}), "--root: the path is empty");
  EXPECT_NE(refusal_of({"--root="}), "accepted");
}

TEST(DaemonOptions, PrintsHelpAndVersionAndHasNothingMoreToDo) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parse({"--version"}));
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "zmq-filerd " FILER_VERSION "\n");
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parse({"--help"}));
  EXPECT_NE(testing::internal::GetCapturedStdout().find("--check-config"), std::string::npos);
}

TEST(DaemonOptions, TellsInHelpThatAListIsOneWord) {
  testing::internal::CaptureStdout();
  EXPECT_FALSE(parse({"authorize", "--help"}));
  const std::string help = testing::internal::GetCapturedStdout();
  EXPECT_NE(help.find(" --roots ROOT,...  "), std::string::npos) << help;
  EXPECT_NE(help.find(" --ops OP,...  "), std::string::npos) << help;
}

TEST(DaemonOptions, RefusesWhatItDoesNotKnow) {
  EXPECT_NE(refusal_of({"--prot", "1"}), "accepted");
  EXPECT_NE(refusal_of({"stray"}), "accepted");
  EXPECT_NE(refusal_of({"--bind"}), "accepted");
  EXPECT_NE(refusal_of({"--root", "/a", "--root", "/b"}), "accepted");
  EXPECT_NE(refusal_of({"--check-config=maybe"}), "accepted");
}

TEST(DaemonOptions, TakesAPathToCheckBeforeOrAfterOtherOptions) {
  for (const auto& arguments : {std::vector{"check-path", "--config", "x.yaml", "a b"},
                                std::vector{"--config", "x.yaml", "check-path", "a b"},
                                std::vector{"check-path", "a b", "--config", "x.yaml"}}) {
    const auto options = parse(arguments);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->path_to_check, "a b");
    EXPECT_EQ(options->config, "x.yaml");
    EXPECT_TRUE(options->config_must_exist);
  }
  EXPECT_EQ(parse({"check-path", "--", "-x"})->path_to_check, "-x");
}

TEST(DaemonOptions, RefusesToCheckNoPathOrSeveral) {
  EXPECT_NE(refusal_of({"check-path"}), "accepted");
  EXPECT_NE(refusal_of({"check-path", "a", "b"}), "accepted");
  EXPECT_EQ(refusal_of({"check-path", ""}), "check-path: the path is empty");
}

TEST(LoadConfig, TakesTheDefaultsWhereTheUsualFileIsMissing) {
  const test::TempDirectory directory;
  Options options;
  options.config = directory / "missing.yaml";
  EXPECT_EQ(load_config(options).bind.at(0).address, "tcp://127.0.0.1:60401");
}

TEST(LoadConfig, RefusesAMissingFileThatWasNamed) {
  const test::TempDirectory directory;
  Options options;
  options.config = directory / "missing.yaml";
  options.config_must_exist = true;
  EXPECT_EQ(problems_of(options), std::vector<std::string>{"there is no configuration file '" +
                                                           directory.path() + "/missing.yaml'"});
}

TEST(LoadConfig, PutsTheCommandLineInPlaceOfTheFile) {
  const test::TempDirectory directory;
  Options options;
  options.config =
      directory.write("x.yaml", "bind: [ipc:///a, ipc:///b]\nroots: {logs: /var/log}\nlog: {level: error}\n");
  options.bind = {"ipc:///c"};
  options.root = "/srv";
  const Config config = load_config(options);
  ASSERT_EQ(config.bind.size(), 1U);
  EXPECT_EQ(config.bind[0].address, "ipc:///c");
  EXPECT_EQ(config.bind[0].where, "--bind");
  ASSERT_EQ(config.roots.size(), 1U);
  EXPECT_EQ(config.roots[0].name, "default");
  EXPECT_EQ(config.roots[0].path, "/srv");
  EXPECT_EQ(config.roots[0].where, "--root");
  EXPECT_EQ(config.log.level, LogLevel::error);
}

TEST(LoadConfig, TakesARelativeRootFromWhereItWasStarted) {
  Options options;
  options.config = "/does/not/exist.yaml";
  options.root = "files";
  EXPECT_EQ(load_config(options).roots.at(0).path, (std::filesystem::current_path() / "files").string());
}

TEST(LoadConfig, SaysWhatIsWrongWithFileAndCommandLineAtOnce) {
  const test::TempDirectory directory;
  Options options;
  options.config = directory.write("x.yaml", "root: srv\nbnd: x\n");
  options.bind = {"tcp://*:1", "nonsense"};
  const auto problems = problems_of(options);
  ASSERT_EQ(problems.size(), 4U);
  EXPECT_TRUE(problems[0].starts_with(options.config + ":2:1: the configuration: unknown key 'bnd'"));
  EXPECT_TRUE(problems[1].starts_with("--bind: bind: 'tcp://*:1' can be reached from other hosts"));
  EXPECT_TRUE(problems[2].starts_with("--bind: bind: 'nonsense': expected tcp://"));
  EXPECT_EQ(problems[3], options.config + ":1:7: root 'default': 'srv' is not an absolute path");
}

TEST(LoadConfig, RefusesWhatOtherHostsReachWithoutLeave) {
  Options options;
  options.config = "/does/not/exist.yaml";
  for (const char* address : {"tcp://0.0.0.0:1", "tcp://*:1", "tcp://[::]:1", "tcp://192.0.2.1:1"}) {
    options.bind = {address};
    EXPECT_EQ(problems_of(options).size(), 1U) << address;
  }
}

TEST(LoadConfig, AllowsItWithLeave) {
  const test::TempDirectory directory;
  Options options;
  options.config = directory.write("x.yaml", "security: {allow_plaintext: true}\n");
  options.bind = {"tcp://0.0.0.0:1"};
  EXPECT_EQ(problems_of(options), std::vector<std::string>{});
}

}  // namespace
}  // namespace filer
