#include "cli/format/prometheus.hpp"

#include "protocol/error_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

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
    {"bytes_in_flight", "zmq_filer_in_flight_bytes", "gauge",
     "What replies cost that have not left the daemon yet."},
    {"pool_working", "zmq_filer_pool_working", "gauge", "Threads of the pool that work on a request."},
    {"pool_waiting", "zmq_filer_pool_waiting", "gauge", "Requests that wait for a thread of the pool."},
    {"log_waiting", "zmq_filer_log_waiting", "gauge", "Log entries that wait to be written."},
    {"log_dropped", "zmq_filer_log_dropped_total", "counter",
     "Log entries that came faster than they could be written."},
    {"log_left_out", "zmq_filer_log_left_out_total", "counter",
     "Log entries that were more than log.rate allows."},
};

constexpr std::string_view requests_prefix = "requests_";
constexpr Metric requests_by_op = {"", "zmq_filer_requests_total", "counter",
                                   "Requests that were answered, by op."};
constexpr Metric errors = {"", "zmq_filer_errors_total", "counter", "Requests that failed, by error code."};

constexpr std::string_view bucket_prefix = "duration_us_le_";
constexpr Metric durations = {"", "zmq_filer_request_duration_seconds", "histogram",
                              "Time to make a reply, without the time that it was held for a change."};

constexpr std::string_view unknown_help = "A number that this version of zmq-filer has no words for.";

bool is_metric_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// Exactly, and as short as it can be.
std::string as_seconds(std::uint64_t number, double per_second) {
  return fmt::format("{}", static_cast<double>(number) / per_second);
}

constexpr double milliseconds_per_second = 1e3;
constexpr double microseconds_per_second = 1e6;

/// The upper bound of a bucket, in microseconds; nullopt: the number is of something else.
std::optional<std::uint64_t> bucket_of(std::string_view name) {
  if (!name.starts_with(bucket_prefix)) return std::nullopt;
  const char* first = name.data() + bucket_prefix.size();
  const char* last = name.data() + name.size();
  std::uint64_t bound = 0;
  const auto [end, error] = std::from_chars(first, last, bound);
  if (error != std::errc() || end != last) return std::nullopt;
  return bound;
}

/// The text as it grows: samples of one metric stand together, below one head.
class Exposition {
 public:
  void add(const Metric& metric, std::string_view suffix, const std::string& value) {
    if (metric.name != name_) {
      name_ = metric.name;
      fmt::format_to(std::back_inserter(text_), "# HELP {0} {2}\n# TYPE {0} {1}\n", metric.name, metric.type,
                     metric.help);
    }
    fmt::format_to(std::back_inserter(text_), "{}{} {}\n", metric.name, suffix, value);
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::string name_;  ///< of the last metric
};

void add_plain(Exposition& exposition, const NamedNumber& number) {
  const auto* known = std::find_if(std::begin(metrics), std::end(metrics),
                                   [&](const Metric& metric) { return metric.statistic == number.name; });
  if (known == std::end(metrics)) {
    const std::string name = "zmq_filer_" + number.name;
    exposition.add({"", name, "untyped", unknown_help}, "", fmt::format("{}", number.value));
  } else if (number.name == "uptime_ms") {
    exposition.add(*known, "", as_seconds(number.value, milliseconds_per_second));
  } else {
    exposition.add(*known, "", fmt::format("{}", number.value));
  }
}

bool is_by_op(const NamedNumber& number) {
  return number.name.starts_with(requests_prefix);
}

bool is_of_durations(const NamedNumber& number) {
  return bucket_of(number.name) || number.name == "duration_us_count" || number.name == "duration_us_sum";
}

void add_by_op(Exposition& exposition, const NamedNumber& number) {
  const std::string op = number.name.substr(requests_prefix.size());
  exposition.add(requests_by_op, fmt::format("{{op=\"{}\"}}", op), fmt::format("{}", number.value));
}

void add_error(Exposition& exposition, const NamedNumber& number) {
  exposition.add(errors, fmt::format("{{code=\"{}\"}}", number.name), fmt::format("{}", number.value));
}

void add_duration(Exposition& exposition, const NamedNumber& number) {
  const std::string count = fmt::format("{}", number.value);
  if (const auto bound = bucket_of(number.name)) {
    const std::string le = as_seconds(*bound, microseconds_per_second);
    exposition.add(durations, fmt::format("_bucket{{le=\"{}\"}}", le), count);
  } else if (number.name == "duration_us_count") {
    exposition.add(durations, "_bucket{le=\"+Inf\"}", count);
    exposition.add(durations, "_count", count);
  } else {
    exposition.add(durations, "_sum", as_seconds(number.value, microseconds_per_second));
  }
}

}  // namespace

std::string format_prometheus(const std::vector<NamedNumber>& statistics) {
  Exposition exposition;
  const bool are_by_op = std::any_of(statistics.begin(), statistics.end(), is_by_op);
  const auto add_those = [&](auto&& are_wanted, auto&& add) {
    for (const NamedNumber& number : statistics)
      if (is_metric_name(number.name) && are_wanted(number)) add(exposition, number);
  };
  const auto is_error = [](const NamedNumber& number) { return find_error_code(number.name).has_value(); };
  const auto is_plain = [&](const NamedNumber& number) {
    // The sum of all ops beside them would count everything twice.
    const bool is_sum_of_ops = are_by_op && number.name == "requests";
    return !is_by_op(number) && !is_of_durations(number) && !is_error(number) && !is_sum_of_ops;
  };
  add_those(is_plain, add_plain);
  add_those(is_by_op, add_by_op);
  add_those(is_of_durations, add_duration);
  add_those(is_error, add_error);
  return exposition.take();
}

}  // namespace filer
