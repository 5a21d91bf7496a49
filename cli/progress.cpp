#include "cli/progress.hpp"

#include "base/escape.hpp"
#include "base/utf8.hpp"
#include "cli/format/name.hpp"
#include "cli/format/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace filer {
namespace {

/// The rate is that of the last seconds.
constexpr std::chrono::seconds memory{3};

constexpr std::size_t least_name = 8;

/// "7:05", "2:07:05"; nothing where it is more than anybody waits for.
std::string format_duration(double seconds) {
  constexpr double longest = 100 * 3600;
  if (!(seconds < longest)) return {};
  const auto whole = static_cast<std::uint64_t>(seconds + 1);
  const std::uint64_t hours = whole / 3600, minutes = whole / 60 % 60;
  if (hours > 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
  return fmt::format("{}:{:02}", minutes, whole % 60);
}

/// Its end is what tells one path from another.
std::string shorten(std::string_view printable, std::size_t width) {
  if (display_width(printable) <= width) return std::string(printable);
  while (!printable.empty() && display_width(printable) + 1 > width) {
    printable.remove_prefix(std::max<std::size_t>(first_code_point(printable).length, 1));
  }
  return "…" + std::string(printable);
}

std::string format_numbers(const ProgressState& state, double rate) {
  std::string text;
  const auto done = static_cast<double>(state.done), total = static_cast<double>(state.total);
  if (state.files_done) text += fmt::format("  {}/{} files", *state.files_done, state.files);
  if (state.total > 0) text += fmt::format("  {:3.0f}%", std::min(done / total, 1.0) * 100);
  text += "  " + format_human_size(done);
  if (state.total > 0) text += "/" + format_human_size(total);
  if (rate <= 0) return text;
  text += fmt::format("  {}/s", format_human_size(rate));
  if (state.total > state.done) text += "  " + format_duration((total - done) / rate);
  return text;
}

}  // namespace

std::string format_progress(const ProgressState& state, double rate, std::size_t width) {
  const std::string numbers = format_numbers(state, rate);
  const std::size_t room = std::max(width, numbers.size() + least_name) - numbers.size();
  return shorten(shorten(escape(state.name), room) + numbers, width);
}

bool Progress::is_due() const {
  return console_.shows_progress() && Clock::now() - drawn_ >= interval;
}

void Progress::show(const ProgressState& state) {
  if (!is_due()) return;
  drawn_ = Clock::now();
  is_drawn_ = true;
  const std::size_t width = console_.width() - 1;  // the last column may wrap
  fmt::print(stderr, "\r{}\x1b[K", format_progress(state, rate_at(drawn_, state.done), width));
  std::fflush(stderr);
}

void Progress::clear() {
  if (!is_drawn_) return;
  is_drawn_ = false;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

double Progress::rate_at(Clock::time_point now, std::uint64_t done) {
  if (!samples_.empty() && samples_.back().done > done) samples_.clear();  // it began again
  samples_.push_back({now, done});
  while (now - samples_.front().at > memory) samples_.pop_front();
  const double seconds = std::chrono::duration<double>(now - samples_.front().at).count();
  return seconds > 0 ? static_cast<double>(done - samples_.front().done) / seconds : 0;
}

}  // namespace filer
