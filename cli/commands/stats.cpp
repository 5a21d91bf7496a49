#include "base/escape.hpp"
#include "cli/commands/commands.hpp"
#include "cli/format/prometheus.hpp"
#include "protocol/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace filer {
namespace {

std::string as_json(const std::vector<NamedNumber>& statistics) {
  JsonWriter json;
  json.begin_object();
  for (const NamedNumber& number : statistics) json.key(number.name).number(number.value);
  return json.end_object().take() + '\n';
}

std::string as_text(const std::vector<NamedNumber>& statistics) {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const NamedNumber& number : statistics) {
    name_width = std::max(name_width, number.name.size());
    value_width = std::max(value_width, fmt::formatted_size("{}", number.value));
  }
  std::string text;
  for (const NamedNumber& number : statistics) {
    fmt::format_to(std::back_inserter(text), "{:{}}  {:>{}}\n", escape(number.name), name_width, number.value,
                   value_width);
  }
  return text;
}

}  // namespace

ExitStatus run_command(const StatsOptions& options, Client& client, const Console& console) {
  const auto statistics = client.ask(StatsRequest{}).reply.statistics();
  if (options.prometheus) {
    console.write(format_prometheus(statistics));
  } else {
    console.write(console.json() ? as_json(statistics) : as_text(statistics));
  }
  return ExitStatus::done;
}

}  // namespace filer
