#include "cli/option_values.hpp"

#include "base/byte_size.hpp"
#include "base/escape.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <system_error>

namespace filer {
namespace {

/// All of the text as a number.
template <class Number>
std::optional<Number> parse_number(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  const auto check = [=](std::string& text) -> std::string {
    const auto number = parse_number<std::uint64_t>(text);
    if (!number || *number < least || *number > most) {
      return fmt::format("expected a whole number from {} to {}, not {}", least, most, quote(text));
    }
    text = std::to_string(*number);  // without leading zeros, which CLI11 takes for octal
    return {};
  };
  return {check, ""};
}

CLI::Validator seconds(double least, double most) {
  const auto check = [=](const std::string& text) -> std::string {
    const auto number = parse_number<double>(text);
    if (number && *number >= least && *number <= most) return {};
    return fmt::format("expected seconds from {} to {}, not {}", least, most, quote(text));
  };
  return {check, ""};
}

CLI::Validator byte_size() {
  const auto check = [](std::string& text) -> std::string {
    const auto bytes = parse_byte_size(text);
    if (!bytes) return fmt::format("expected bytes, such as 4096 or 64KiB, not {}", quote(text));
    text = std::to_string(*bytes);
    return {};
  };
  return {check, ""};
}

CLI::Validator not_empty() {
  return {[](const std::string& text) -> std::string { return text.empty() ? "it is empty" : ""; }, ""};
}

}  // namespace filer
