// bench-load ENDPOINT REQUEST IN_FLIGHT SECONDS: keeps so many requests in flight on one DEALER socket and
// prints requests a second, median and 99th percentile of the latency in microseconds, and the bytes of the
// last reply.
#include <fmt/format.h>
#include <zmq.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

class Load {
 public:
  Load(zmq::socket_ref dealer, std::string_view request) : dealer_(dealer), request_(request) {}

  void send() {
    // The time of sending travels before the delimiter and comes back with the reply.
    const auto now = Clock::now();
    dealer_.send(zmq::const_buffer(&now, sizeof now), zmq::send_flags::sndmore);
    dealer_.send(zmq::const_buffer(), zmq::send_flags::sndmore);
    dealer_.send(zmq::buffer(request_), zmq::send_flags::none);
  }

  void receive() {
    zmq::message_t sent_at, frame;
    (void)dealer_.recv(sent_at);
    bool more = sent_at.more();
    while (more) {
      (void)dealer_.recv(frame);
      more = frame.more();
    }
    Clock::time_point start;
    std::memcpy(&start, sent_at.data(), std::min(sizeof start, sent_at.size()));
    latencies_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
    last_size_ = frame.size();
  }

  void print(double seconds) {
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = [this](double share) {
      return latencies_[static_cast<std::size_t>(share * static_cast<double>(latencies_.size() - 1))];
    };
    fmt::print("{:.0f} {:.0f} {:.0f} {}\n", static_cast<double>(latencies_.size()) / seconds, at(0.5),
               at(0.99), last_size_);
  }

 private:
  zmq::socket_ref dealer_;
  std::string_view request_;
  std::vector<double> latencies_;
  std::size_t last_size_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  zmq::context_t context;
  zmq::socket_t dealer(context, zmq::socket_type::dealer);
  dealer.set(zmq::sockopt::linger, 0);
  dealer.set(zmq::sockopt::rcvtimeo, 5000);
  dealer.connect(argv[1]);
  Load load(dealer, argv[2]);
  const int in_flight = std::atoi(argv[3]);
  const std::chrono::duration<double> time(std::atof(argv[4]));
  const auto start = Clock::now();
  for (int n = 0; n < in_flight; ++n) load.send();
  while (Clock::now() - start < time) {
    load.receive();
    load.send();
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  for (int n = 0; n < in_flight; ++n) load.receive();
  load.print(seconds);
}
