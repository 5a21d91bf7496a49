#include "cli/format/prometheus.hpp"

#include "protocol/error_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

namespace filer {
namespace {

struct Metric {
  std::string_view statistic;  ///< what the daemon calls it
  std::string_view name;
  std::string_view type;
  std::string_view help;
};

constexpr Metric metrics[] = {
    {"uptime_ms", "zmq_filer_uptime_seconds", "gauge", "Seconds since the daemon's start."},
    {"requests", "zmq_filer_requests_total", "counter", "Requests that were answered."},
    {"reply_bytes", "zmq_filer_reply_bytes_total", "counter", "Bytes of all replies."},
    {"dropped_messages", "zmq_filer_dropped_messages_total", "counter",
     "Messages that nobody could be answered for."},
    {"waiting", "zmq_filer_waiting", "gauge", "Requests whose replies are held for a change."},
    {"connections", "zmq_filer_connections", "gauge", "Open connections."},
    {"connections_turned_away", "zmq_filer_connections_turned_away_total", "counter",
     "Connections that there was no room for."},
};

constexpr std::string_view unknown_help = "A number that this version of zmq-filer has no words for.";

bool is_metric_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void add_head(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(text), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

void add_metric(std::string& text, const NamedNumber& number) {
  const auto* metric = std::find_if(std::begin(metrics), std::end(metrics),
                                    [&](const Metric& known) { return known.statistic == number.name; });
  if (metric == std::end(metrics)) {
    const std::string name = "zmq_filer_" + number.name;
    add_head(text, name, "untyped", unknown_help);
    fmt::format_to(std::back_inserter(text), "{} {}\n", name, number.value);
    return;
  }
  add_head(text, metric->name, metric->type, metric->help);
  if (number.name == "uptime_ms") {
    constexpr double per_second = 1000;
    fmt::format_to(std::back_inserter(text), "{} {:.3f}\n", metric->name,
                   static_cast<double>(number.value) / per_second);
  } else {
    fmt::format_to(std::back_inserter(text), "{} {}\n", metric->name, number.value);
  }
}

}  // namespace

std::string format_prometheus(const std::vector<NamedNumber>& statistics) {
  constexpr std::string_view errors_name = "zmq_filer_errors_total";
  std::string text, errors;
  for (const NamedNumber& number : statistics) {
    if (find_error_code(number.name)) {
      fmt::format_to(std::back_inserter(errors), "{}{{code=\"{}\"}} {}\n", errors_name, number.name,
                     number.value);
    } else if (is_metric_name(number.name)) {
      add_metric(text, number);
    }
  }
  if (errors.empty()) return text;
  add_head(text, errors_name, "counter", "Requests that failed, by error code.");
  return text + errors;
}

}  // namespace filer
