#pragma once

#include "tests/unit/support/zmq_peer.hpp"

#include <zmq.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace filer::test {

/// Something that listens and answers each request with the frames it is told to, delimiter included.
class Responder {
 public:
  using Answer = std::function<Frames(const std::string& request)>;

  explicit Responder(Answer answer) : answer_(std::move(answer)) {
    router_.set(zmq::sockopt::linger, 0);
    router_.bind("tcp://127.0.0.1:*");
    endpoint_ = router_.get(zmq::sockopt::last_endpoint);
    thread_ = std::thread([this] { run(); });
  }
  ~Responder() {
    done_ = true;
    thread_.join();
  }
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;

  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }

 private:
  void run() {
    while (!done_) {
      zmq::pollitem_t item{router_.handle(), 0, ZMQ_POLLIN, 0};
      if (zmq::poll(&item, 1, std::chrono::milliseconds(5)) > 0) respond();
    }
  }

  void respond() {
    zmq::message_t id, frame;
    (void)router_.recv(id);
    for (bool more = true; more; more = frame.more()) (void)router_.recv(frame);
    const Frames frames = answer_(frame.to_string());
    if (frames.empty()) return;
    router_.send(id, zmq::send_flags::sndmore);
    for (std::size_t index = 0; index < frames.size(); ++index) {
      const bool more = index + 1 < frames.size();
      router_.send(zmq::buffer(frames[index]), more ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
  }

  Answer answer_;
  zmq::context_t context_;
  zmq::socket_t router_{context_, zmq::socket_type::router};
  std::string endpoint_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace filer::test
