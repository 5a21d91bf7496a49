#include "base/system_error.hpp"
#include "cli/commands/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/reply.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace filer {
namespace {

std::string read_standard_input() {
  constexpr std::size_t step = 64 << 10;
  std::string text;
  while (true) {
    const std::size_t before = text.size();
    text.resize(before + step);
    const ssize_t count = ::read(STDIN_FILENO, text.data() + before, step);
    if (count < 0 && errno != EINTR) throw_errno("read standard input");
    throw_if_interrupted();
    text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count == 0) return text;
  }
}

}  // namespace

ExitStatus run_command(const RequestOptions& options, Client& client, const Console& console) {
  const std::string bytes = options.json == "-" ? read_standard_input() : options.json;
  ExitStatus status = ExitStatus::done;
  for (int number = 0; number < options.count; ++number) {
    const auto frames = client.exchange(bytes);
    for (const std::string& frame : frames) console.print(frame);
    const ReceivedReply header = decode_header(frames, client.endpoint());
    if (header.error()) status = exit_status_of(*header.error());
  }
  return status;
}

}  // namespace filer
