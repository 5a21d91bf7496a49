#include "daemon/reload/reloader.hpp"

#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/notify_socket.hpp"
#include "tests/unit/support/recording_sink.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

namespace filer {
namespace {

using Lines = std::vector<std::string>;
using test::eventually;

class ReloaderTest : public testing::Test {
 protected:
  /// What the file says beside the address and the root.
  void configure(const std::string& more) const {
    served.host.write("x.yaml", fmt::format("bind: tcp://127.0.0.1:*\nroot: {}\n{}", served.root(), more));
  }

  [[nodiscard]] Options make_options() const {
    configure("");
    Options made;
    made.config = served.host / "x.yaml";
    return made;
  }

  test::ServedRoot served;
  std::shared_ptr<test::Recording> recording = std::make_shared<test::Recording>();
  Logger logger{LogConfig{}, test::Recording::make_sink(recording)};
  const Options options = make_options();
  ConfigInForce config = std::make_shared<const Config>(load_config(options));
  Service service{config, logger, load_security(*config)};
  Reloader reloader{options, service, logger};
};

TEST_F(ReloaderTest, PutsAGoodFileInForce) {
  configure("limits: {content_bytes: 4KiB}\nlog: {requests: none}\n");
  const Verdict verdict = reloader.reload();
  EXPECT_TRUE(verdict.is_applied);
  EXPECT_EQ(verdict.lines, Lines());
  EXPECT_EQ(service.config().limits.content_bytes, 4096U);
  EXPECT_TRUE(eventually([&] { return recording->count("configuration reloaded") == 1; }));
}

TEST_F(ReloaderTest, ChangesNothingByABadFileAndSaysWhatIsWrongWithIt) {
  configure("limits: {content_bytes: 4KiB, peers: many}\nlog: {level: loud}\n");
  const Verdict verdict = reloader.reload();
  EXPECT_FALSE(verdict.is_applied);
  ASSERT_EQ(verdict.lines.size(), 2U);
  EXPECT_TRUE(verdict.lines[0].starts_with(served.host / "x.yaml:3:38: ")) << verdict.lines[0];
  EXPECT_TRUE(verdict.lines[1].starts_with(served.host / "x.yaml:4:14: ")) << verdict.lines[1];
  EXPECT_EQ(service.config().limits.content_bytes, Limits().content_bytes);
  EXPECT_TRUE(eventually([&] { return recording->count("configuration not reloaded: ") == 2; }));
}

/// Which would otherwise mean the defaults.
TEST_F(ReloaderTest, RefusesAFileThatIsGone) {
  ASSERT_EQ(::unlink(options.config.c_str()), 0);
  EXPECT_EQ(reloader.reload().lines, Lines{"there is no configuration file '" + options.config + "'"});
}

TEST_F(ReloaderTest, SaysWhatNeedsARestart) {
  configure("shards: 3\n");
  const Verdict verdict = reloader.reload();
  EXPECT_TRUE(verdict.is_applied);
  EXPECT_EQ(verdict.lines, Lines{"shards: 0 becomes 3 with a restart"});
  EXPECT_TRUE(eventually([&] { return recording->count("not in force yet: shards") == 1; }));
}

TEST_F(ReloaderTest, RefusesANewRootThatIsNotThere) {
  const std::string file = served.host / "x.yaml";
  served.host.write("x.yaml",
                    fmt::format("bind: tcp://127.0.0.1:*\nroots:\n  default: {}\n  new: {}/nowhere\n"
                                "  file: {}/file.txt\n",
                                served.root(), served.root(), served.root()));
  const Verdict verdict = reloader.reload();
  EXPECT_FALSE(verdict.is_applied);
  EXPECT_EQ(
      verdict.lines,
      (Lines{fmt::format("{}:4:8: root 'new': '{}/nowhere': No such file or directory", file, served.root()),
             fmt::format("{}:5:9: root 'file': '{}/file.txt': Not a directory", file, served.root())}));
}

/// It may be there for the next process.
TEST_F(ReloaderTest, TakesANewRootThatCannotBeLookedAtAndSaysSo) {
  const std::string file = served.host / "x.yaml";
  ASSERT_EQ(::symlink("loop", (served.host / "loop").c_str()), 0);
  served.host.write("x.yaml", fmt::format("bind: tcp://127.0.0.1:*\nroots:\n  default: {}\n  new: {}\n",
                                          served.root(), served.host / "loop"));
  const Verdict verdict = reloader.reload();
  EXPECT_TRUE(verdict.is_applied);
  const auto new_root = fmt::format("{}:4:8: root 'new': '{}'", file, served.host / "loop");
  EXPECT_EQ(verdict.lines, (Lines{new_root + " is served after a restart",
                                  new_root + " cannot be looked at: Too many levels of symbolic links; "
                                             "a restart may fail"}));
}

TEST_F(ReloaderTest, TellsTheServiceManagerWhenItBeginsAndWhenItIsOver) {
  const test::NotifySocket manager;
  configure("log: {level: loud}\n");
  (void)reloader.reload();
  EXPECT_TRUE(manager.hear().text.starts_with("RELOADING=1\nMONOTONIC_USEC="));
  const std::string after = manager.hear().text;
  EXPECT_TRUE(after.starts_with("READY=1\nSTATUS=serving ")) << after;
  EXPECT_NE(after.find("the configuration file is not in force: " + options.config + ":3:14: "),
            std::string::npos)
      << after;
}

TEST_F(ReloaderTest, KeepsInItsStatusWhatIsWrongUntilItIsMended) {
  configure("log: {level: loud}\n");
  (void)reloader.reload();
  EXPECT_NE(reloader.status().find("the configuration file is not in force: "), std::string::npos);
  configure("log: {level: debug}\n");
  (void)reloader.reload();
  EXPECT_EQ(reloader.status(), service.summary());
}

}  // namespace
}  // namespace filer
