#pragma once

#include "daemon/config/config.hpp"

#include <array>
#include <string_view>

namespace filer {

/// A word of the configuration file and what it stands for.
template <class T>
struct Choice {
  std::string_view name;
  T value;
};

inline constexpr std::array<Choice<LogLevel>, 5> log_levels = {{{"error", LogLevel::error},
                                                                {"warning", LogLevel::warning},
                                                                {"notice", LogLevel::notice},
                                                                {"info", LogLevel::info},
                                                                {"debug", LogLevel::debug}}};

inline constexpr std::array<Choice<LogRequests>, 3> log_requests = {
    {{"all", LogRequests::all}, {"errors", LogRequests::errors}, {"none", LogRequests::none}}};

/// The word for a value; every value has one.
template <class T, std::size_t n>
[[nodiscard]] constexpr std::string_view choice_name(const std::array<Choice<T>, n>& choices, T value) {
  for (const auto& choice : choices) {
    if (choice.value == value) return choice.name;
  }
  return {};
}

}  // namespace filer
