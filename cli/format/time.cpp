#include "cli/format/time.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <optional>

namespace filer {
namespace {

using Calendar = std::tm* (*)(const std::time_t*, std::tm*);

constexpr std::int64_t per_second = 1000;

/// The part below a second; times before 1970 have one too.
std::int64_t milliseconds_of(std::int64_t time) {
  return (time % per_second + per_second) % per_second;
}

std::optional<std::tm> date_of(std::int64_t time, Calendar calendar) {
  using std::chrono::floor, std::chrono::seconds;
  const std::time_t whole = floor<seconds>(std::chrono::milliseconds(time)).count();
  std::tm date{};
  if (calendar(&whole, &date) == nullptr) return std::nullopt;
  return date;
}

std::string format_day(const std::tm& date) {
  constexpr int first_year = 1900;
  return fmt::format("{:04}-{:02}-{:02}", date.tm_year + first_year, date.tm_mon + 1, date.tm_mday);
}

std::string format_exactly(const std::tm& date, std::int64_t milliseconds) {
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}", format_day(date), date.tm_hour, date.tm_min, date.tm_sec,
                     milliseconds);
}

/// "+01:00"
std::string format_zone(const std::tm& date) {
  const auto minutes = std::abs(date.tm_gmtoff) / 60;
  return fmt::format("{}{:02}:{:02}", date.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace

std::string format_minute(std::int64_t time) {
  const auto date = date_of(time, ::localtime_r);
  if (!date) return fmt::format("{}", time);
  return fmt::format("{} {:02}:{:02}", format_day(*date), date->tm_hour, date->tm_min);
}

std::string format_local_time(std::int64_t time) {
  const auto date = date_of(time, ::localtime_r);
  if (!date) return fmt::format("{}", time);
  return format_exactly(*date, milliseconds_of(time)) + format_zone(*date);
}

std::string format_universal_time(std::int64_t time) {
  const auto date = date_of(time, ::gmtime_r);
  if (!date) return fmt::format("{}", time);
  return format_exactly(*date, milliseconds_of(time)) + 'Z';
}

std::int64_t current_time() {
  using std::chrono::system_clock;
  return std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch())
      .count();
}

}  // namespace filer
