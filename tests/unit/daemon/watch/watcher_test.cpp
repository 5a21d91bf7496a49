#include "daemon/watch/watcher.hpp"

#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/support/eventually.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <filesystem>
#include <string>

namespace filer {
namespace {

using std::chrono::milliseconds;
using test::eventually;

class WatcherTest : public testing::Test {
 protected:
  [[nodiscard]] Location at(const std::string& path) const { return files.locate(path); }
  [[nodiscard]] std::string etag_of(const std::string& path) const { return files.status(at(path)).etag; }
  void watch(const std::string& path) { watcher.watch(at(path), etag_of(path)); }

  /// The paths that take_changes() tells, whether it knows or suspects.
  std::vector<std::string> changed() {
    std::vector<std::string> paths;
    const Watcher::Changes changes = watcher.take_changes();
    for (const Location& location : changes.changed) paths.push_back(location.path);
    for (const Location& location : changes.unknown) paths.push_back(location.path);
    return paths;
  }

  /// Whether the kernel wakes whoever waits for events, well before anything is polled.
  [[nodiscard]] bool is_woken() const {
    pollfd events{watcher.events().get(), POLLIN, 0};
    return ::poll(&events, 1, 400) == 1;
  }

  [[nodiscard]] bool tells(const std::string& path) {
    return eventually([&] {
      const auto paths = changed();
      return std::find(paths.begin(), paths.end(), path) != paths.end();
    });
  }

  /// Takes the check that follows each watch().
  void settle() { ASSERT_TRUE(changed().empty()); }

  test::ServedRoot served;
  FileStore files = served.open();
  Watcher watcher{files};
};

TEST_F(WatcherTest, TellsNothingWhileNothingChanges) {
  watch("file.txt");
  watch("dir");
  settle();
  (void)test::read_file(served.host / "root/file.txt");
  served.host.write("root/other.txt", "x");
  served.host.write("root/dir/inner.txt", "another content");  // which is no change of the directory
  EXPECT_TRUE(changed().empty());
}

TEST_F(WatcherTest, IsWokenByEveryKindOfChange) {
  const std::string path = served.host / "root/dir/inner.txt";
  const std::string beside = served.host / "root/dir/beside";
  using Change = void (*)(const std::string&, const std::string&);
  const std::pair<const char*, Change> changes[] = {
      {"append", [](const auto& file, const auto&) { std::filesystem::resize_file(file, 100); }},
      {"truncate", [](const auto& file, const auto&) { std::filesystem::resize_file(file, 0); }},
      {"mode", [](const auto& file,
                  const auto&) { std::filesystem::permissions(file, std::filesystem::perms(0600)); }},
      {"rename over", [](const auto& file, const auto& other) { std::filesystem::rename(other, file); }},
      {"rename away", [](const auto& file, const auto& other) { std::filesystem::rename(file, other); }},
  };
  for (const auto& [what, change] : changes) {
    served.host.write("root/dir/beside", "beside");
    if (!std::filesystem::exists(path)) served.host.write("root/dir/inner.txt", "inner");
    watch("dir/inner.txt");
    settle();
    change(path, beside);
    EXPECT_TRUE(is_woken()) << what;
    EXPECT_TRUE(tells("dir/inner.txt")) << what;
    watcher.forget(at("dir/inner.txt"));
  }
}

TEST_F(WatcherTest, IsWokenWhenAnEntryComesOrGoes) {
  watch("dir");
  settle();
  served.host.write("root/dir/new", "");
  EXPECT_TRUE(is_woken());
  EXPECT_TRUE(tells("dir"));
}

TEST_F(WatcherTest, TellsWhatChangedBeforeItWatched) {
  const std::string etag = etag_of("file.txt");
  served.host.write("root/file.txt", "longer than before");
  watcher.watch(at("file.txt"), etag);
  EXPECT_TRUE(tells("file.txt"));
}

TEST_F(WatcherTest, TellsThatAFileIsGone) {
  watch("file.txt");
  settle();
  std::filesystem::remove(served.host / "root/file.txt");
  EXPECT_TRUE(is_woken());
  EXPECT_TRUE(tells("file.txt"));
}

TEST_F(WatcherTest, TellsThatALastLinkLeadsElsewhere) {
  (void)served.host.make_link("root/current", "file.txt");
  watch("current");
  settle();
  (void)served.host.make_link("root/next", "dir/inner.txt");
  std::filesystem::rename(served.host / "root/next", served.host / "root/current");
  EXPECT_TRUE(is_woken());
  EXPECT_TRUE(tells("current"));
}

TEST_F(WatcherTest, TellsChangesOfWhatALinkLeadsTo) {
  (void)served.host.make_link("root/current", "dir/inner.txt");
  watch("current");
  settle();
  served.host.write("root/dir/inner.txt", "longer than before");
  EXPECT_TRUE(is_woken());
  EXPECT_TRUE(tells("current"));
}

/// The kernel tells nothing of it: it is looked at.
TEST_F(WatcherTest, TellsThatALinkOnTheWayLeadsElsewhere) {
  served.host.write("root/release-1/app", "1");
  served.host.write("root/release-2/app", "2");
  (void)served.host.make_link("root/current", "release-1");
  watch("current/app");
  settle();
  ASSERT_TRUE(watcher.time_to_check());
  EXPECT_LE(*watcher.time_to_check(), milliseconds(500));
  (void)served.host.make_link("root/next", "release-2");
  std::filesystem::rename(served.host / "root/next", served.host / "root/current");
  EXPECT_TRUE(tells("current/app"));
}

/// sysfs tells no events.
TEST(WatcherOfSysfs, LooksAtFilesThatTellNothing) {
  const FileStore files({test::root_config("/sys")});
  Watcher watcher(files);
  const Location events = files.locate("kernel/uevent_seqnum");
  watcher.watch(events, files.status(events).etag);
  // Not at once: whoever looks finds nothing changed, watches again, and would never rest.
  EXPECT_GT(watcher.time_to_check(), milliseconds(0));
  (void)watcher.take_changes();
  ASSERT_TRUE(watcher.time_to_check());
  EXPECT_LE(*watcher.time_to_check(), milliseconds(500));
}

TEST_F(WatcherTest, LooksOnlyNowAndThenAtWhatTellsEverything) {
  EXPECT_EQ(watcher.time_to_check(), std::nullopt);
  watch("dir/inner.txt");
  EXPECT_EQ(watcher.time_to_check(), milliseconds(0));
  settle();
  EXPECT_GT(*watcher.time_to_check(), milliseconds(9000));
}

TEST_F(WatcherTest, ForgetsWhatItNeedNotWatch) {
  watch("file.txt");
  watch("dir/inner.txt");
  settle();
  watcher.forget(at("file.txt"));
  watcher.forget(at("never watched"));
  EXPECT_TRUE(changed().empty());
  served.host.write("root/file.txt", "longer than before");
  EXPECT_FALSE(is_woken());
  served.host.write("root/dir/inner.txt", "longer than before");
  EXPECT_TRUE(tells("dir/inner.txt"));
  watcher.forget(at("dir/inner.txt"));
  EXPECT_EQ(watcher.time_to_check(), std::nullopt);
}

}  // namespace
}  // namespace filer
