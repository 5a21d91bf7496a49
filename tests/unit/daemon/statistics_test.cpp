#include "daemon/statistics.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace filer {
namespace {

using std::chrono::microseconds;

std::map<std::string, std::uint64_t> snapshot_of(const Statistics& statistics) {
  std::map<std::string, std::uint64_t> values;
  for (const NamedNumber& statistic : statistics.snapshot())
    values[std::string(statistic.name)] = statistic.value;
  return values;
}

TEST(Statistics, BeginAtNothing) {
  const Statistics statistics;
  for (const auto& [name, value] : snapshot_of(statistics)) {
    EXPECT_TRUE(value == 0 || name == "uptime_ms") << name;
  }
}

TEST(Statistics, CountEveryReplyAndItsBytes) {
  Statistics statistics;
  statistics.count_reply("get", std::nullopt, 100, microseconds(5));
  statistics.count_reply("get", ErrorCode::not_found, 20, microseconds(5));
  const auto values = snapshot_of(statistics);
  EXPECT_EQ(values.at("requests"), 2U);
  EXPECT_EQ(values.at("reply_bytes"), 120U);
}

TEST(Statistics, CountEveryErrorCodeByItself) {
  Statistics statistics;
  for (const std::string_view name : error_code_names)
    statistics.count_reply("get", find_error_code(name), 1, microseconds(5));
  statistics.count_reply("get", ErrorCode::internal, 1, microseconds(5));
  const auto values = snapshot_of(statistics);
  for (const std::string_view name : error_code_names) {
    EXPECT_EQ(values.at(std::string(name)), name == "internal" ? 2U : 1U) << name;
  }
}

TEST(Statistics, CountEveryOpByItself) {
  Statistics statistics;
  for (const std::string_view op : op_names) statistics.count_reply(op, std::nullopt, 1, microseconds(5));
  statistics.count_reply("classic", std::nullopt, 1, microseconds(5));
  statistics.count_reply("", ErrorCode::bad_request, 1, microseconds(5));
  const auto values = snapshot_of(statistics);
  for (const std::string_view op : op_names) EXPECT_EQ(values.at("requests_" + std::string(op)), 1U) << op;
  EXPECT_EQ(values.at("requests_classic"), 1U);
  EXPECT_EQ(values.at("requests_other"), 1U);
  EXPECT_EQ(values.at("requests"), std::size(op_names) + 2);
}

TEST(Statistics, CountDurationsInBucketsThatHoldThoseBelow) {
  Statistics statistics;
  for (const int duration : {0, 10, 11, 30000000, 30000001})
    statistics.count_reply("get", std::nullopt, 1, microseconds(duration));
  const auto values = snapshot_of(statistics);
  EXPECT_EQ(values.at("duration_us_le_10"), 2U);
  EXPECT_EQ(values.at("duration_us_le_30"), 3U);
  EXPECT_EQ(values.at("duration_us_le_10000000"), 3U);
  EXPECT_EQ(values.at("duration_us_le_30000000"), 4U);
  EXPECT_EQ(values.at("duration_us_count"), 5U);
  EXPECT_EQ(values.at("duration_us_sum"), 60000022U);
}

TEST(Statistics, CountWhatSeveralThreadsDo) {
  Statistics statistics;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 40; ++thread) {
    threads.emplace_back([&statistics] {
      for (int count = 0; count < 100; ++count)
        statistics.count_reply("stat", ErrorCode::busy, 2, microseconds(1));
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Statistics::Totals totals = statistics.totals();
  EXPECT_EQ(totals.replies, 4000U);
  EXPECT_EQ(totals.errors, 4000U);
  EXPECT_EQ(totals.bytes, 8000U);
}

TEST(Statistics, TellWhatOthersKeep) {
  Statistics statistics;
  std::uint64_t number = 1;
  statistics.add("others", [&number] { return number; });
  number = 7;
  EXPECT_EQ(snapshot_of(statistics).at("others"), 7U);
}

TEST(Statistics, CountDroppedMessagesApartFromRequests) {
  Statistics statistics;
  statistics.count_dropped_message();
  const auto values = snapshot_of(statistics);
  EXPECT_EQ(values.at("dropped_messages"), 1U);
  EXPECT_EQ(values.at("requests"), 0U);
}

}  // namespace
}  // namespace filer
