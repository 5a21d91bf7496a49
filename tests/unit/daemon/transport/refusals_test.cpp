#include "daemon/transport/refusals.hpp"

#include "tests/unit/support/recording_sink.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace filer {
namespace {

using namespace std::chrono_literals;
using test::field;

const std::string key(40, 'a');
const std::string other_key(40, 'b');
const Refusals::Clock::time_point start{};

Peer at(const std::string& address, const std::string& peers_key = key) {
  return {address, "", peers_key};
}

TEST(Refusals, AreToldAtOnceAndByTheKey) {
  Refusals refusals;
  refusals.add(at("192.0.2.7"), start);
  const auto entries = refusals.take_due(start);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].level, LogLevel::notice);
  EXPECT_EQ(entries[0].message_id, message_id::handshake_refused);
  EXPECT_EQ(entries[0].message, "192.0.2.7: a connection was refused: its key " + key + " is not authorized");
  EXPECT_EQ(field(entries[0], "FILER_PEER"), "192.0.2.7");
  EXPECT_EQ(field(entries[0], "FILER_KEY"), key);
}

TEST(Refusals, AreSummedUpOnceASecondForEachAddress) {
  Refusals refusals;
  refusals.add(at("192.0.2.7"), start);
  (void)refusals.take_due(start);
  for (int count = 0; count < 500; ++count) refusals.add(at("192.0.2.7"), start);
  refusals.add(at("192.0.2.7", other_key), start);
  EXPECT_TRUE(refusals.take_due(start + 999ms).empty());
  EXPECT_EQ(refusals.next(), start + 1s);
  refusals.add(at("192.0.2.8"), start + 999ms);
  EXPECT_EQ(refusals.take_due(start + 999ms).size(), 1U);
  const auto entries = refusals.take_due(start + 1s);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].message, "192.0.2.7: 501 connections were refused: the key of the last one, " +
                                    other_key + ", is not authorized");
  EXPECT_EQ(field(entries[0], "FILER_REFUSED_CONNECTIONS"), "501");
}

TEST(Refusals, AreForgottenWhenNoMoreCome) {
  Refusals refusals;
  EXPECT_FALSE(refusals.next());
  refusals.add(at("192.0.2.7"), start);
  (void)refusals.take_due(start);
  EXPECT_TRUE(refusals.take_due(start + 1s).empty());
  EXPECT_FALSE(refusals.next());
}

TEST(Refusals, TellOfBoundedlyManyAddresses) {
  Refusals refusals;
  constexpr std::uint64_t addresses = 10 * Refusals::most_addresses;
  for (std::uint64_t number = 0; number < addresses; ++number) {
    refusals.add(at("2001:db8::" + std::to_string(number)), start);
  }
  const auto entries = refusals.take_due(start);
  EXPECT_LE(entries.size(), Refusals::most_addresses + 1);
  std::uint64_t told = 0;
  for (const LogEntry& entry : entries) told += std::stoull(field(entry, "FILER_REFUSED_CONNECTIONS"));
  EXPECT_EQ(told, addresses);
}

}  // namespace
}  // namespace filer
