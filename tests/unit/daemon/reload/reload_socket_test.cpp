#include "daemon/reload/reload_socket.hpp"

#include "tests/unit/support/environment.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <future>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace filer {
namespace {

/// Waits for one who asks, and tells.
void answer_next(const ReloadSocket& socket, const Verdict& verdict) {
  pollfd item{socket.event().get(), POLLIN, 0};
  ASSERT_EQ(::poll(&item, 1, 20000), 1);
  const UniqueFileDescriptor asker = socket.accept();
  ASSERT_TRUE(asker.is_open());
  tell(asker.borrow(), verdict);
}

class ReloadSocketTest : public testing::Test {
 protected:
  test::TempDirectory directory;
  test::EnvironmentVariable variable{"RUNTIME_DIRECTORY", directory.path()};
};

TEST_F(ReloadSocketTest, BringsTheVerdictToWhoeverAsks) {
  const ReloadSocket socket;
  for (const Verdict& told :
       {Verdict{true, {}}, Verdict{true, {"one", "two"}}, Verdict{false, {"x.yaml:1:1: bad"}}}) {
    auto asked = std::async(std::launch::async, ask_for_reload);
    answer_next(socket, told);
    const Verdict heard = asked.get();
    EXPECT_EQ(heard.is_applied, told.is_applied);
    EXPECT_EQ(heard.lines, told.lines);
  }
}

TEST_F(ReloadSocketTest, IsForItsOwnUserOnly) {
  const ReloadSocket socket;
  struct stat status {};
  ASSERT_EQ(::stat((directory / "reload").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(ReloadSocketTest, TakesThePlaceOfWhatAnEarlierProcessLeft) {
  { const ReloadSocket earlier; }
  const ReloadSocket socket;
  auto asked = std::async(std::launch::async, ask_for_reload);
  answer_next(socket, {true, {}});
  EXPECT_TRUE(asked.get().is_applied);
}

TEST_F(ReloadSocketTest, SaysWhenNoDaemonAnswers) {
  try {
    (void)ask_for_reload();
    FAIL() << "answered";
  } catch (const std::system_error& error) {
    EXPECT_EQ(std::string(error.what()),
              "no running service at '" + directory / "reload" +
                  "' ('systemctl status zmq-filerd' tells more): No such file or directory");
  }
}

TEST_F(ReloadSocketTest, SaysWhenTheDaemonEndsBeforeItAnswers) {
  const ReloadSocket socket;
  auto asked = std::async(std::launch::async, ask_for_reload);
  pollfd item{socket.event().get(), POLLIN, 0};
  ASSERT_EQ(::poll(&item, 1, 20000), 1);
  { const UniqueFileDescriptor asker = socket.accept(); }
  EXPECT_THROW((void)asked.get(), std::system_error);
}

TEST_F(ReloadSocketTest, CutsAVerdictThatIsTooLongForOneMessage) {
  const ReloadSocket socket;
  auto asked = std::async(std::launch::async, ask_for_reload);
  answer_next(socket, {false, std::vector<std::string>(10000, std::string(100, 'x'))});
  const Verdict heard = asked.get();
  EXPECT_FALSE(heard.is_applied);
  EXPECT_GT(heard.lines.size(), 100U);
}

TEST_F(ReloadSocketTest, IsNotDisturbedByOneWhoAsksAndLeaves) {
  const ReloadSocket socket;
  EXPECT_FALSE(socket.accept().is_open());
  auto gone = std::async(std::launch::async, ask_for_reload);
  pollfd item{socket.event().get(), POLLIN, 0};
  ASSERT_EQ(::poll(&item, 1, 20000), 1);
  UniqueFileDescriptor asker = socket.accept();
  tell(asker.borrow(), {true, {}});
  asker = UniqueFileDescriptor();
  EXPECT_TRUE(gone.get().is_applied);
}

TEST(ReloadSocket, IsNotThereWithoutARuntimeDirectory) {
  const test::EnvironmentVariable variable("RUNTIME_DIRECTORY", std::nullopt);
  EXPECT_FALSE(ReloadSocket().event().is_open());
}

}  // namespace
}  // namespace filer
