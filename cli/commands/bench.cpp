#include "cli/commands/commands.hpp"
#include "cli/format/number.hpp"
#include "cli/latencies.hpp"
#include "protocol/json_writer.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace filer {
namespace {

using std::chrono::steady_clock;

struct Result {
  Latencies latencies;
  std::uint64_t bytes = 0;
  double seconds = 0;
  std::uint64_t busy = 0;
};

Result measure(const BenchOptions& options, Client& client) {
  GetRequest request;
  request.target.path = options.path;
  request.length = options.length;
  (void)client.ask(request);  // makes the connection, and tells what is wrong
  Result result;
  const auto start = steady_clock::now();
  const auto end = start + std::chrono::duration<double>(options.seconds);
  for (std::uint64_t sent = 0; sent < options.in_flight; ++sent) (void)client.send(request);
  while (steady_clock::now() < end) {
    Arrival arrival = client.receive();
    result.latencies.add(std::chrono::duration_cast<Latencies::Duration>(arrival.round_trip));
    result.bytes += arrival.answer().data.size();
    (void)client.send(request);
  }
  result.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  result.busy = client.busy_count();
  return result;
}

struct Percentile {
  const char* name;
  double share;
};

constexpr Percentile percentiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"max", 1}};

Latencies::Duration latency_at(const Latencies& latencies, double share) {
  return share < 1 ? latencies.at(share) : latencies.longest();
}

std::string as_json(const Result& result, const BenchOptions& options) {
  const auto rounded = [](double value) { return std::int64_t{std::llround(value)}; };
  const double count = static_cast<double>(result.latencies.count());
  constexpr double per_second = 1e6;
  JsonWriter json;
  json.begin_object().key("requests").number(result.latencies.count()).key("bytes").number(result.bytes);
  json.key("microseconds").number(rounded(result.seconds * per_second));
  json.key("requests_per_second").number(rounded(count / result.seconds));
  json.key("in_flight").number(options.in_flight).key("busy").number(result.busy);
  for (const auto& [name, share] : percentiles) {
    const auto time = latency_at(result.latencies, share);
    json.key(fmt::format("{}_microseconds", name));
    json.number(std::int64_t{std::chrono::duration_cast<std::chrono::microseconds>(time).count()});
  }
  return json.end_object().take();
}

std::string as_text(const Result& result, const BenchOptions& options) {
  const double rate = static_cast<double>(result.latencies.count()) / result.seconds;
  std::string text = fmt::format("{:.0f} requests/s, {}/s, {} in flight, {:.1f} s\nlatency:", rate,
                                 format_human_size(static_cast<double>(result.bytes) / result.seconds),
                                 options.in_flight, result.seconds);
  for (const auto& [name, share] : percentiles) {
    const std::chrono::duration<double, std::milli> time = latency_at(result.latencies, share);
    text += fmt::format(" {} {:.3f} ms{}", name, time.count(), share < 1 ? "," : "");
  }
  if (result.busy > 0) text += fmt::format("\nthe daemon was too busy {} times", result.busy);
  return text;
}

}  // namespace

ExitStatus run_command(const BenchOptions& options, Client& client, const Console& console) {
  const Result result = measure(options, client);
  if (result.latencies.count() == 0) {
    throw CommandError(ExitStatus::failed, "no reply came in the time of the measurement",
                       "allow it more with --seconds");
  }
  console.print(console.json() ? as_json(result, options) : as_text(result, options));
  return ExitStatus::done;
}

}  // namespace filer
