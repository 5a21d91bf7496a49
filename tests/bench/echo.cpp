// bench-echo ENDPOINT router|rep BYTES: what libzmq can move by itself, used in the plain way. One socket,
// with the options that every socket has by default; one thread. Answers each request with so many bytes,
// sent by a copy.
#include <zmq.hpp>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

/// Receives a message into `frames`, which are used again and again, and returns how many of them it has.
std::size_t receive(zmq::socket_ref socket, std::array<zmq::message_t, 8>& frames) {
  std::size_t count = 0;
  do {
    (void)socket.recv(frames.at(count++));
  } while (frames.at(count - 1).more());
  return count;
}

[[noreturn]] void serve(zmq::socket_ref socket, std::string_view reply) {
  std::array<zmq::message_t, 8> frames;
  while (true) {
    const std::size_t count = receive(socket, frames);
    for (std::size_t n = 0; n + 1 < count; ++n) socket.send(frames.at(n), zmq::send_flags::sndmore);
    socket.send(zmq::buffer(reply), zmq::send_flags::none);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const bool rep = std::string_view(argv[2]) == "rep";
  const std::string reply(std::strtoul(argv[3], nullptr, 10), 'x');
  zmq::context_t context;
  zmq::socket_t socket(context, rep ? zmq::socket_type::rep : zmq::socket_type::router);
  socket.bind(argv[1]);
  serve(socket, reply);
}
