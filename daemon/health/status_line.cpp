#include "daemon/health/status_line.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace filer {
namespace {

std::string format_rate(double rate) {
  return rate > 0 && rate < 10 ? fmt::format("{:.1f}", rate) : fmt::format("{:.0f}", rate);
}

std::string format_bytes(double bytes) {
  constexpr std::array<std::string_view, 4> units = {"B", "KiB", "MiB", "GiB"};
  constexpr double step = 1024;
  std::size_t unit = 0;
  for (; bytes >= step && unit + 1 < units.size(); ++unit) bytes /= step;
  return fmt::format("{} {}", unit == 0 ? fmt::format("{:.0f}", bytes) : format_rate(bytes), units.at(unit));
}

}  // namespace

std::optional<std::string> StatusLine::update(const Activity& activity, Clock::time_point now) {
  if (now - time_ < least_interval) return std::nullopt;
  const double seconds = std::chrono::duration<double>(now - time_).count();
  const auto rate = [seconds](std::uint64_t after, std::uint64_t before) {
    return static_cast<double>(after - before) / seconds;
  };
  std::string line = fmt::format("{} {}, {} requests/s, {}/s, {} errors/s", activity.peers,
                                 activity.peers == 1 ? "peer" : "peers",
                                 format_rate(rate(activity.requests, activity_.requests)),
                                 format_bytes(rate(activity.bytes, activity_.bytes)),
                                 format_rate(rate(activity.errors, activity_.errors)));
  activity_ = activity;
  time_ = now;
  if (line == line_) return std::nullopt;
  line_ = line;
  return line;
}

}  // namespace filer
