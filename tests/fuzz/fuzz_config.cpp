#include "base/settings.hpp"
#include "base/utf8.hpp"
#include "daemon/config/config_loader.hpp"
#include "daemon/config/config_printer.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/printable.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace filer;

namespace {

void check_problems(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) {
    FUZZ_CHECK(problem.starts_with("x.yaml:"));
    FUZZ_CHECK(fuzz::is_printable(problem));
  }
}

/// Whether print_config() can write a text. One that it cannot need not come from such bytes: "\N" and "\_"
/// are single bytes to yaml-cpp 0.7.
bool can_be_written(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    if (point.length == 0 || (point.value & 0xfffe) == 0xfffe) return false;
    if (point.value >= 0xfdd0 && point.value <= 0xfdef) return false;
    text.remove_prefix(point.length);
  }
  return true;
}

bool can_be_written(const Config& config) {
  const auto bind_can = [](const BindConfig& bind) { return can_be_written(bind.address); };
  const auto root_can = [](const RootConfig& root) { return can_be_written(root.path); };
  return std::all_of(config.bind.begin(), config.bind.end(), bind_can) &&
         std::all_of(config.roots.begin(), config.roots.end(), root_can);
}

/// What is printed is read back as the same configuration.
void check_round_trip(const Config& config) {
  std::vector<std::string> problems;
  const std::string text = print_config(config);
  const Config again = parse_config(text, "x.yaml", problems);
  FUZZ_CHECK(problems.empty());
  FUZZ_CHECK(again.bind.size() == config.bind.size());
  for (std::size_t index = 0; index < config.bind.size(); ++index) {
    FUZZ_CHECK(again.bind[index].address == config.bind[index].address);
  }
  FUZZ_CHECK(again.roots.size() == config.roots.size());
  for (std::size_t index = 0; index < config.roots.size(); ++index) {
    FUZZ_CHECK(again.roots[index].name == config.roots[index].name);
    FUZZ_CHECK(again.roots[index].path == config.roots[index].path);
  }
  FUZZ_CHECK(print_config(again) == text);
}

}  // namespace

/// Any bytes in place of a configuration file: they are read, or what is wrong with them is said.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> problems;
  try {
    const Config config = parse_config(text, "x.yaml", problems);
    check_problems(problems);
    if (!problems.empty()) return 0;
    if (can_be_written(config)) check_round_trip(config);
    check_config(config, problems);
    for (const std::string& problem : problems) FUZZ_CHECK(fuzz::is_printable(problem));
  } catch (const SettingsError& error) {
    check_problems(error.problems());
  }
  return 0;
}
