#pragma once

#include "tests/unit/support/zmq_peer.hpp"

#include <zmq.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>

namespace filer::test {

/// Something that listens and answers each request with the frames it is told to, delimiter included, behind
/// the frames that came before the request's delimiter.
class Responder {
 public:
  using Answer = std::function<Frames(const std::string& request)>;

  explicit Responder(Answer answer, const std::string& address = "tcp://127.0.0.1:*")
      : answer_(std::move(answer)) {
    router_.set(zmq::sockopt::linger, 0);
    router_.bind(address);
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
    Frames message;
    zmq::message_t frame;
    for (bool more = true; more; more = frame.more()) {
      (void)router_.recv(frame);
      message.push_back(frame.to_string());
    }
    const Frames frames = answer_(message.back());
    if (frames.empty()) return;
    const auto delimiter = std::find(message.begin(), message.end(), "");
    for (auto part = message.begin(); part != delimiter; ++part) {
      router_.send(zmq::buffer(*part), zmq::send_flags::sndmore);
    }
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
