#include "cli/ask.hpp"

#include "cli/interrupt.hpp"
#include "cli/reply.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace filer {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{500};

bool is_busy(const ReceivedReply& header) {
  return header.error() && find_error_code(header.error()->code) == ErrorCode::busy;
}

}  // namespace

ReceivedReply ask(Connection& connection, std::string_view request) {
  const auto end = steady_clock::now() + connection.silence();
  milliseconds pause = first_pause;
  while (true) {
    ReceivedReply header = decode_header(connection.request(request), connection.endpoint());
    if (!is_busy(header) || steady_clock::now() + pause >= end) {
      throw_if_error(header, connection.endpoint());
      return header;
    }
    std::this_thread::sleep_for(pause);
    throw_if_interrupted();
    pause = std::min(pause * 2, longest_pause);
  }
}

}  // namespace filer
