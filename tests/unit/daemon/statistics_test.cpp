#include "daemon/statistics.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace filer {
namespace {

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
  statistics.count_reply(std::nullopt, 100);
  statistics.count_reply(ErrorCode::not_found, 20);
  const auto values = snapshot_of(statistics);
  EXPECT_EQ(values.at("requests"), 2U);
  EXPECT_EQ(values.at("reply_bytes"), 120U);
}

TEST(Statistics, CountEveryErrorCodeByItself) {
  Statistics statistics;
  for (const std::string_view name : error_code_names) statistics.count_reply(find_error_code(name), 1);
  statistics.count_reply(ErrorCode::internal, 1);
  const auto values = snapshot_of(statistics);
  for (const std::string_view name : error_code_names) {
    EXPECT_EQ(values.at(std::string(name)), name == "internal" ? 2U : 1U) << name;
  }
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
