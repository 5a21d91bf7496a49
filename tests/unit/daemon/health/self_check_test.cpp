#include "daemon/health/self_check.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace filer {
namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

class SelfCheckTest : public testing::Test {
 protected:
  static Limits make_limits() {
    Limits limits;
    limits.peers = 100;
    limits.memory_bytes = 100 * mebibyte;
    return limits;
  }

  /// What the journal is told of a look, one line each.
  std::vector<std::string> look(const Vitals& vitals, const Load& load = {}) {
    std::vector<std::string> messages;
    for (const LogEntry& entry : check.look(vitals, load)) messages.push_back(entry.message);
    return messages;
  }

  static Vitals with_memory(std::uint64_t bytes) { return {bytes, 20, 1024}; }
  static Vitals with_descriptors(std::uint64_t count) { return {mebibyte, count, 1024}; }

  SelfCheck check{make_limits()};
};

TEST_F(SelfCheckTest, IsContentWithAProcessThatIsWell) {
  for (int number = 0; number < 10; ++number) EXPECT_TRUE(look(with_memory(10 * mebibyte)).empty());
  EXPECT_EQ(check.reason_to_restart(), std::nullopt);
  EXPECT_FALSE(check.is_wary());
}

TEST_F(SelfCheckTest, WantsANewProcessWhereMemoryStaysOverItsLimit) {
  for (int number = 0; number < SelfCheck::looks_to_believe; ++number) {
    EXPECT_EQ(check.reason_to_restart(), std::nullopt) << number;
    (void)look(with_memory(100 * mebibyte + 1));
  }
  ASSERT_NE(check.reason_to_restart(), std::nullopt);
  EXPECT_NE(check.reason_to_restart()->find("100 MiB of memory, more than limits.memory_bytes (100 MiB)"),
            std::string::npos)
      << *check.reason_to_restart();
}

TEST_F(SelfCheckTest, ForgivesMemoryThatIsGivenBack) {
  for (int number = 0; number < 10; ++number) {
    (void)look(with_memory(101 * mebibyte));
    (void)look(with_memory(101 * mebibyte));
    (void)look(with_memory(10 * mebibyte));
  }
  EXPECT_EQ(check.reason_to_restart(), std::nullopt);
}

TEST_F(SelfCheckTest, LooksMoreOftenOnceHalfOfTheMemoryIsInUse) {
  (void)look(with_memory(51 * mebibyte));
  EXPECT_TRUE(check.is_wary());
  (void)look(with_memory(49 * mebibyte));
  EXPECT_FALSE(check.is_wary());
}

TEST_F(SelfCheckTest, WantsANewProcessWhereDescriptorsAreLost) {
  for (int number = 0; number < SelfCheck::looks_to_believe; ++number)
    (void)look(with_descriptors(600), {50, 0});
  ASSERT_NE(check.reason_to_restart(), std::nullopt);
  EXPECT_EQ(*check.reason_to_restart(),
            "the daemon has 600 descriptors of 1024 that it may have, but only 50 connections");
}

TEST_F(SelfCheckTest, TakesNoConnectionForALostDescriptor) {
  for (int number = 0; number < 10; ++number) (void)look(with_descriptors(600), {100, 0});
  EXPECT_EQ(check.reason_to_restart(), std::nullopt);
}

TEST_F(SelfCheckTest, TellsOnceThatConnectionsComeToBeMany) {
  EXPECT_TRUE(look({}, {79, 0}).empty());
  EXPECT_EQ(look({}, {80, 0}), std::vector<std::string>{
                                   "80 connections are open of 100 that may be (limits.peers); those past it "
                                   "will be cut"});
  EXPECT_TRUE(look({}, {90, 0}).empty());
  EXPECT_TRUE(look({}, {60, 0}).empty());
  EXPECT_EQ(look({}, {59, 0}), std::vector<std::string>{"59 connections are open again"});
  EXPECT_TRUE(look({}, {59, 0}).empty());
  EXPECT_EQ(look({}, {80, 0}).size(), 1U);
}

TEST_F(SelfCheckTest, TellsHowManyConnectionsWereTurnedAwaySinceTheLastLook) {
  EXPECT_TRUE(look({}, {1, 5}).front().starts_with("5 connections were turned away"));
  EXPECT_TRUE(look({}, {1, 5}).empty());
  EXPECT_TRUE(look({}, {1, 7}).front().starts_with("2 connections were turned away"));
}

}  // namespace
}  // namespace filer
