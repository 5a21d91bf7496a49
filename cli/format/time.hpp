#pragma once

#include <cstdint>
#include <string>

/// Unix times in milliseconds as ISO 8601 has them. What no calendar reaches comes out as the number.
namespace filer {

/// To the minute, in local time: "2026-11-23 14:05".
[[nodiscard]] std::string format_minute(std::int64_t time);

/// To the millisecond, in local time with its zone: "2026-11-23T14:05:01.123+01:00".
[[nodiscard]] std::string format_local_time(std::int64_t time);

/// To the millisecond, in universal time: "2026-11-23T13:05:01.123Z".
[[nodiscard]] std::string format_universal_time(std::int64_t time);

[[nodiscard]] std::int64_t current_time();

}  // namespace filer
