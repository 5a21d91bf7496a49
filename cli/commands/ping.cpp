#include "cli/commands/commands.hpp"
#include "protocol/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace filer {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

struct RoundTrip {
  std::string endpoint;
  std::int64_t pid;
  microseconds time;
};

RoundTrip measure(Client& client) {
  const auto start = steady_clock::now();
  const Answer answer = client.ask(HelloRequest{});
  const auto time = std::chrono::duration_cast<microseconds>(steady_clock::now() - start);
  return {client.endpoint(), answer.reply.stamp().pid, time};
}

double milliseconds_of(microseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

std::string as_json(const RoundTrip& trip) {
  JsonWriter json;
  json.begin_object().key("endpoint").string(trip.endpoint).key("pid").number(trip.pid);
  json.key("microseconds").number(std::int64_t{trip.time.count()}).end_object();
  return json.take();
}

std::string as_text(const RoundTrip& trip) {
  return fmt::format("{}: pid {}, {:.3f} ms", trip.endpoint, trip.pid, milliseconds_of(trip.time));
}

std::string summary_of(std::vector<microseconds> times) {
  std::sort(times.begin(), times.end());
  return fmt::format("{} round trip{}: min {:.3f}, median {:.3f}, max {:.3f} ms", times.size(),
                     times.size() == 1 ? "" : "s", milliseconds_of(times.front()),
                     milliseconds_of(times[times.size() / 2]), milliseconds_of(times.back()));
}

}  // namespace

ExitStatus run_command(const PingOptions& options, Client& client, const Console& console) {
  std::vector<microseconds> times;
  // The first round trip also makes the connection; it is not counted.
  (void)client.ask(HelloRequest{});
  for (int number = 1; number <= options.count; ++number) {
    const RoundTrip trip = measure(client);
    console.print(console.json() ? as_json(trip) : as_text(trip));
    times.push_back(trip.time);
  }
  if (!console.json()) console.print(summary_of(std::move(times)));
  return ExitStatus::done;
}

}  // namespace filer
