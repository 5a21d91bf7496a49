#include "daemon/systemd/service_manager.hpp"

#include "tests/unit/support/environment.hpp"
#include "tests/unit/support/notify_socket.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>

namespace filer {
namespace {

constexpr int patience = 10000;  // ms

class ServiceManager : public testing::Test {
 protected:
  test::NotifySocket manager;
};

TEST_F(ServiceManager, HearsThatTheDaemonIsReadyAndWhatItDoes) {
  service_manager::ready("serving '/srv'");
  EXPECT_EQ(manager.hear().text, "READY=1\nSTATUS=serving '/srv'");
}

TEST_F(ServiceManager, HearsThatTheConfigurationIsLoadedAgainAndSinceWhen) {
  service_manager::reloading();
  const std::string text = manager.hear().text;
  constexpr std::string_view begin = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(text.starts_with(begin)) << text;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const long long told = std::stoll(text.substr(begin.size()));
  EXPECT_LE(told, now.tv_sec * 1'000'000LL + now.tv_nsec / 1000);
  EXPECT_GT(told, (now.tv_sec - 60) * 1'000'000LL);
}

TEST_F(ServiceManager, HearsThatTheDaemonStops) {
  service_manager::stopping(std::chrono::seconds(10));
  EXPECT_TRUE(manager.hear().text.starts_with("STOPPING=1\nSTATUS="));
  EXPECT_EQ(manager.hear().text, "EXTEND_TIMEOUT_USEC=10000000") << "and how long that may take";
}

TEST_F(ServiceManager, HearsThatTheDaemonWorks) {
  service_manager::alive();
  EXPECT_EQ(manager.hear().text, "WATCHDOG=1");
}

TEST_F(ServiceManager, HearsWhatTheDaemonDoesAndHowLongAStepMayTake) {
  service_manager::tell("3 peers");
  EXPECT_EQ(manager.hear().text, "STATUS=3 peers");
  service_manager::extend_timeout(std::chrono::minutes(5));
  EXPECT_EQ(manager.hear().text, "EXTEND_TIMEOUT_USEC=300000000");
}

TEST_F(ServiceManager, IsGivenASocketToKeep) {
  const UniqueFileDescriptor socket(::dup(STDIN_FILENO));
  EXPECT_TRUE(service_manager::keep(socket.borrow(), "a-name"));
  const auto heard = manager.hear();
  EXPECT_EQ(heard.text, "FDSTORE=1\nFDNAME=a-name");
  struct stat given {
  }, kept{};
  ASSERT_EQ(::fstat(socket.get(), &given), 0);
  ASSERT_EQ(::fstat(heard.descriptor.get(), &kept), 0);
  EXPECT_EQ(given.st_ino, kept.st_ino);
}

TEST_F(ServiceManager, IsToldWhatToKeepNoLonger) {
  std::thread daemon([] { service_manager::forget("a-name"); });
  EXPECT_EQ(manager.hear(patience).text, "FDSTOREREMOVE=1\nFDNAME=a-name");
  EXPECT_EQ(manager.hear(patience).text, "BARRIER=1") << "and is waited for";
  daemon.join();
}

TEST(WithoutServiceManager, NothingHappens) {
  const test::EnvironmentVariable variable("NOTIFY_SOCKET", std::nullopt);
  service_manager::ready("serving");
  service_manager::reloading();
  service_manager::stopping(std::chrono::seconds(1));
  service_manager::alive();
  service_manager::tell("3 peers");
  service_manager::forget("a-name");
  EXPECT_FALSE(service_manager::keep(FileDescriptor(STDIN_FILENO), "a-name"));
}

TEST(Watchdog, IsFedAsOftenAsTheServiceManagerWants) {
  const test::EnvironmentVariable pid("WATCHDOG_PID", std::to_string(::getpid()));
  const test::EnvironmentVariable interval("WATCHDOG_USEC", "30000000");
  EXPECT_EQ(service_manager::watchdog_interval(), std::chrono::seconds(30));
}

TEST(Watchdog, IsNotFedUnlessItIsWanted) {
  const test::EnvironmentVariable interval("WATCHDOG_USEC", std::nullopt);
  EXPECT_EQ(service_manager::watchdog_interval(), std::nullopt);
}

}  // namespace
}  // namespace filer
