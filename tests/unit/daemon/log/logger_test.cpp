#include "daemon/log/logger.hpp"

#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/recording_sink.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace filer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using test::eventually;
using test::Recording;

constexpr LogConfig everything{LogLevel::debug, LogRequests::all, 0, 0};

LogEntry entry(const std::string& message, LogLevel level = LogLevel::info) {
  return {level, {}, message, {}};
}

RequestRecord request(std::optional<ErrorCode> code = std::nullopt, const std::string& peer = "192.0.2.7") {
  RequestRecord record;
  record.op = "classic";
  record.peer = peer;
  record.code = code;
  return record;
}

class LoggerTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<Logger> make_logger(const LogConfig& config = everything) const {
    return std::make_unique<Logger>(config, Recording::make_sink(recording));
  }

  std::shared_ptr<Recording> recording = std::make_shared<Recording>();
};

TEST_F(LoggerTest, WritesEntriesInTheirOrder) {
  {
    const auto logger = make_logger();
    for (int number = 0; number < 1000; ++number) logger->log(entry(std::to_string(number)));
  }
  const auto entries = recording->entries();
  ASSERT_EQ(entries.size(), 1000U);
  for (std::size_t number = 0; number < entries.size(); ++number) {
    EXPECT_EQ(entries[number].message, std::to_string(number));
  }
}

TEST_F(LoggerTest, WritesWithoutBeingAskedTwice) {
  const auto logger = make_logger();
  logger->log(entry("one"));
  EXPECT_TRUE(eventually([&] { return recording->size() == 1; }));
  logger->log(entry("two"));
  EXPECT_TRUE(eventually([&] { return recording->size() == 2; }));
}

TEST_F(LoggerTest, WritesWhatWaitsBeforeItGoes) {
  make_logger()->log(entry("last words"));
  EXPECT_EQ(recording->count("last words"), 1U);
}

TEST_F(LoggerTest, TurnsRequestsIntoEntries) {
  make_logger()->log(request(ErrorCode::not_found));
  EXPECT_EQ(recording->entries().at(0).message_id, message_id::request_failed);
}

TEST_F(LoggerTest, IgnoresWhatIsLessImportantThanItsLevel) {
  {
    const auto logger = make_logger({LogLevel::notice, LogRequests::all});
    logger->log(entry("an error", LogLevel::error));
    logger->log(entry("a notice", LogLevel::notice));
    logger->log(entry("some info", LogLevel::info));
    logger->log(request());
    logger->log(request(ErrorCode::outside_root));
  }
  EXPECT_EQ(recording->size(), 3U);
  EXPECT_EQ(recording->count("some info"), 0U);
  EXPECT_EQ(recording->count("outside_root"), 1U);
}

TEST_F(LoggerTest, WritesOnlyFailedRequestsIfToldSo) {
  {
    const auto logger = make_logger({LogLevel::info, LogRequests::errors});
    logger->log(request());
    logger->log(request(ErrorCode::not_found));
    logger->log(entry("no request"));
  }
  EXPECT_EQ(recording->size(), 2U);
  EXPECT_EQ(recording->count("not_found"), 1U);
}

TEST_F(LoggerTest, WritesNoRequestsIfToldSo) {
  {
    const auto logger = make_logger({LogLevel::info, LogRequests::none});
    logger->log(request());
    logger->log(request(ErrorCode::internal));
    logger->log(entry("no request"));
  }
  ASSERT_EQ(recording->size(), 1U);
  EXPECT_EQ(recording->entries()[0].message, "no request");
}

TEST_F(LoggerTest, TakesEntriesFromSeveralThreads) {
  {
    const auto logger = make_logger();
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&logger] {
        for (int number = 0; number < 500; ++number) logger->log(entry("x"));
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(recording->count("x"), 2000U);
}

TEST_F(LoggerTest, TakesAnotherLevelAndOtherRequestsAtAnyTime) {
  const auto logger = make_logger({LogLevel::error, LogRequests::none});
  logger->log(entry("too early"));
  logger->log(request());
  logger->configure(everything);
  logger->log(entry("in time"));
  logger->log(request());
  logger->configure({LogLevel::error, LogRequests::none});
  logger->log(entry("too late"));
  logger->log(request());
  logger->close();
  EXPECT_EQ(recording->size(), 2U);
  EXPECT_EQ(recording->count("in time"), 1U);
}

/// The numbers that entries of one kind tell, added up.
std::uint64_t told(const Recording& recording, std::string_view id, std::string_view field) {
  std::uint64_t sum = 0;
  for (const LogEntry& each : recording.entries())
    if (each.message_id == id) sum += std::stoull(test::field(each, field));
  return sum;
}

std::size_t count_of(const Recording& recording, std::string_view id) {
  std::size_t count = 0;
  for (const LogEntry& each : recording.entries()) count += each.message_id == id ? 1U : 0U;
  return count;
}

TEST_F(LoggerTest, WritesEveryRequestOrTellsThatItIsMissing) {
  constexpr std::size_t count = 50000;
  const auto logger = make_logger({LogLevel::info, LogRequests::all, 100, 0});
  for (std::size_t number = 0; number < count; ++number) logger->log(request());
  logger->close();
  const std::uint64_t left_out = told(*recording, message_id::entries_left_out, "FILER_LEFT_OUT");
  const std::uint64_t dropped = told(*recording, message_id::entries_dropped, "FILER_DROPPED");
  EXPECT_EQ(count_of(*recording, message_id::request_served) + left_out + dropped, count);
  EXPECT_GT(left_out, 0U);
  EXPECT_EQ(logger->counts().left_out, left_out);
  EXPECT_EQ(logger->counts().dropped, dropped);
}

TEST_F(LoggerTest, TellsAtTheEndOfTheSecondWhatItLeftOutAndOfWhom) {
  const auto logger = make_logger({LogLevel::info, LogRequests::all, 1, 0});
  logger->log(request(ErrorCode::not_found, "192.0.2.8"));
  for (int number = 0; number < 4; ++number) logger->log(request(std::nullopt, "192.0.2.8"));
  ASSERT_TRUE(eventually([&] { return count_of(*recording, message_id::entries_left_out) == 1; }));
  const LogEntry left_out = recording->entries().back();
  EXPECT_EQ(left_out.message,
            "3 log entries of one kind were left out, 3 of them about 192.0.2.8: more in a second than "
            "log.rate allows");
  EXPECT_EQ(left_out.level, LogLevel::notice);
  EXPECT_EQ(test::field(left_out, "FILER_LEFT_OUT"), "3");
  EXPECT_EQ(test::field(left_out, "FILER_EVENT"), message_id::request_served);
  EXPECT_EQ(test::field(left_out, "FILER_PEER"), "192.0.2.8");
  EXPECT_EQ(recording->count("not_found"), 1U) << "another kind of event";
}

TEST_F(LoggerTest, LeavesOutNothingThatIsAboutNoPeer) {
  const auto logger = make_logger({LogLevel::info, LogRequests::all, 1, 1});
  for (int number = 0; number < 100; ++number) logger->log(entry("of the daemon itself"));
  logger->close();
  EXPECT_EQ(recording->count("of the daemon itself"), 100U);
}

TEST_F(LoggerTest, TellsWhatItLeftOutAsSoonAsItCan) {
  const auto logger = make_logger({LogLevel::info, LogRequests::all, 1, 0});
  recording->shut();
  for (int number = 0; number < 3; ++number) logger->log(request());
  ASSERT_TRUE(eventually([&] { return recording->is_blocking(); }));
  recording->fail_writes(true);
  recording->open();
  // Those that were left out cannot be told either, for as long as nothing can be written.
  ASSERT_TRUE(eventually([&] { return recording->failures() >= 3; }));
  recording->fail_writes(false);
  ASSERT_TRUE(eventually([&] { return count_of(*recording, message_id::entries_left_out) == 1; }));
  EXPECT_EQ(told(*recording, message_id::entries_left_out, "FILER_LEFT_OUT"), 2U);
}

/// Takes a step within the time that tests allow.
bool comes_alive(Logger& logger) {
  return eventually([&logger] { return logger.is_alive(); });
}

TEST_F(LoggerTest, IsAliveWhileThereIsNothingToDo) {
  const auto logger = make_logger();
  (void)logger->is_alive();
  for (int look = 0; look < 3; ++look) EXPECT_TRUE(comes_alive(*logger));
}

TEST_F(LoggerTest, IsAliveBehindASinkThatBlocks) {
  recording->shut();
  const auto logger = make_logger();
  logger->log(entry("first"));
  ASSERT_TRUE(eventually([&] { return recording->is_blocking(); }));
  for (int look = 0; look < 3; ++look) EXPECT_TRUE(logger->is_alive());
  recording->open();
}

TEST_F(LoggerTest, NeverBlocksWhoLogsBehindASinkThatBlocks) {
  recording->shut();
  const auto logger = make_logger();
  logger->log(entry("first"));
  ASSERT_TRUE(eventually([&] { return recording->is_blocking(); }));
  // The writing thread waits all along: were log() to wait for it, this would never end.
  for (std::size_t number = 0; number < 3 * Logger::most_waiting; ++number) logger->log(entry("more"));
  EXPECT_TRUE(recording->is_blocking());
  recording->open();
}

TEST_F(LoggerTest, CountsWhatItDropsAndSaysSoAsSoonAsItCan) {
  recording->shut();
  const auto logger = make_logger();
  logger->log(entry("first"));
  ASSERT_TRUE(eventually([&] { return recording->is_blocking(); }));
  for (std::size_t number = 0; number < Logger::most_waiting + 7; ++number) logger->log(entry("more"));
  recording->open();
  ASSERT_TRUE(eventually([&] { return recording->count("were dropped") == 1; }));
  EXPECT_EQ(recording->count("first"), 1U);
  EXPECT_EQ(recording->count("more"), Logger::most_waiting);
  const LogEntry dropped = recording->entries().back();
  EXPECT_EQ(dropped.message, "7 log entries were dropped: they came faster than they could be written");
  EXPECT_EQ(dropped.message_id, message_id::entries_dropped);
  EXPECT_EQ(dropped.level, LogLevel::warning);
  EXPECT_EQ(test::field(dropped, "FILER_DROPPED"), "7");
}

TEST_F(LoggerTest, SaysWhatItDroppedAtTheEndToo) {
  recording->shut();
  {
    const auto logger = make_logger();
    logger->log(entry("first"));
    ASSERT_TRUE(eventually([&] { return recording->is_blocking(); }));
    for (std::size_t number = 0; number < Logger::most_waiting + 1; ++number) logger->log(entry("more"));
    recording->open();
  }
  EXPECT_EQ(recording->count("1 log entries were dropped"), 1U);
}

TEST_F(LoggerTest, CountsEntriesThatCouldNotBeWritten) {
  recording->fail_writes(true);
  const auto logger = make_logger();
  for (int number = 0; number < 3; ++number) logger->log(entry("lost"));
  ASSERT_TRUE(eventually([&] { return recording->failures() >= 3; }));
  recording->fail_writes(false);
  ASSERT_TRUE(eventually([&] { return recording->size() > 0; }));
  EXPECT_EQ(recording->count("3 log entries were dropped"), 1U);
}

TEST_F(LoggerTest, GoesOnAfterASinkFailed) {
  recording->fail_writes(true);
  const auto logger = make_logger();
  logger->log(entry("lost"));
  ASSERT_TRUE(eventually([&] { return recording->failures() >= 1; }));
  recording->fail_writes(false);
  logger->log(entry("found"));
  EXPECT_TRUE(eventually([&] { return recording->count("found") == 1; }));
}

TEST_F(LoggerTest, GivesUpAtTheEndOnASinkThatFails) {
  recording->fail_writes(true);
  const auto start = steady_clock::now();
  make_logger()->log(entry("lost"));
  EXPECT_LT(steady_clock::now() - start, seconds(10));
  EXPECT_EQ(recording->size(), 0U);
}

TEST_F(LoggerTest, GivesUpAtTheEndOnASinkThatNeverReturns) {
  recording->shut();
  auto logger = make_logger();
  logger->log(entry("first"));
  ASSERT_TRUE(eventually([&] { return recording->is_blocking(); }));
  const auto start = steady_clock::now();
  logger.reset();
  const auto time = steady_clock::now() - start;
  EXPECT_GE(time, milliseconds(1900));
  EXPECT_LT(time, seconds(10));
  // The thread that was left behind still has all it needs when the sink returns at last.
  recording->open();
  EXPECT_TRUE(eventually([&] { return recording.use_count() == 1; }));
}

}  // namespace
}  // namespace filer
