#include "cli/ask.hpp"
#include "cli/commands/commands.hpp"
#include "cli/output_file.hpp"
#include "protocol/request_encoder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace filer {
namespace {

void print(const std::string& line) {
  write_all(FileDescriptor(STDOUT_FILENO), line + "\n", "standard output");
}

}  // namespace

ExitStatus run_command(const PingOptions& options, Connection& connection) {
  using std::chrono::steady_clock;
  std::vector<double> times;
  // The first round trip also makes the connection; it is not counted.
  (void)ask(connection, encode_request(HelloRequest{}));
  for (int number = 1; number <= options.count; ++number) {
    const auto start = steady_clock::now();
    const ReceivedReply header = ask(connection, encode_request(HelloRequest{}));
    const double time = std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
    times.push_back(time);
    print(fmt::format("{}: pid {}, {:.3f} ms", connection.endpoint(), header.stamp().pid, time));
  }
  std::sort(times.begin(), times.end());
  print(fmt::format("{} round trip{}: min {:.3f}, median {:.3f}, max {:.3f} ms", times.size(),
                    times.size() == 1 ? "" : "s", times.front(), times[times.size() / 2], times.back()));
  return ExitStatus::done;
}

}  // namespace filer
