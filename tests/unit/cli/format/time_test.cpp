#include "cli/format/time.hpp"

#include "tests/unit/support/environment.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <limits>

namespace filer {
namespace {

/// A time zone of its own for a test.
class TimeZone {
 public:
  explicit TimeZone(const char* name) : variable_("TZ", name) { ::tzset(); }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;

 private:
  test::EnvironmentVariable variable_;
};

constexpr std::int64_t time = 1795437901123;

TEST(UniversalTime, IsToTheMillisecond) {
  EXPECT_EQ(format_universal_time(time), "2026-11-23T12:45:01.123Z");
  EXPECT_EQ(format_universal_time(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(format_universal_time(-1), "1969-12-31T23:59:59.999Z");
}

TEST(LocalTime, HasItsZone) {
  {
    const TimeZone zone("IST-5:30");
    EXPECT_EQ(format_local_time(time), "2026-11-23T18:15:01.123+05:30");
    EXPECT_EQ(format_minute(time), "2026-11-23 18:15");
  }
  const TimeZone zone("NST3:30");
  EXPECT_EQ(format_local_time(time), "2026-11-23T09:15:01.123-03:30");
}

TEST(Times, ThatNoCalendarReachesAreNumbers) {
  const std::int64_t last = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(format_minute(last), format_minute(last));
  EXPECT_FALSE(format_universal_time(last).empty());
  EXPECT_FALSE(format_local_time(std::numeric_limits<std::int64_t>::min()).empty());
}

}  // namespace
}  // namespace filer
