// bench-echo ENDPOINT BYTES: what libzmq can move by itself. Answers every request with so many bytes.
#include <zmq.hpp>

#include <cstdlib>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  zmq::context_t context;
  zmq::socket_t router(context, zmq::socket_type::router);
  router.bind(argv[1]);
  const std::string reply(std::strtoul(argv[2], nullptr, 10), 'x');
  while (true) {
    std::vector<zmq::message_t> frames;
    do {
      (void)router.recv(frames.emplace_back());
    } while (frames.back().more());
    frames.pop_back();
    for (auto& frame : frames) router.send(frame, zmq::send_flags::sndmore);
    router.send(zmq::buffer(reply), zmq::send_flags::none);
  }
}
