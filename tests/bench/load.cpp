// bench-load ENDPOINT REQUEST IN_FLIGHT WARM_UP SECONDS [SERVER_KEY KEY_FILE]: keeps so many requests in
// flight on one DEALER socket, first for WARM_UP seconds that do not count, then for SECONDS. A `#` in
// REQUEST stands for a number from 0 to 99, another one each time. Prints one JSON object: `requests` in
// `seconds`, percentiles of the latency in microseconds, `sent` (all requests, those that do not count
// included), `errors` (replies that are one), and `reply_bytes`. A reply of another size than those before
// it, or none within ten seconds, ends it with status 1.
#include "base/key_file.hpp"

#include <fmt/format.h>
#include <zmq.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Latency =
    std::chrono::duration<std::uint32_t, std::ratio<1, 10'000'000>>;  // 0.1 us, up to seven minutes

constexpr int patience_ms = 10000;

class Load {
 public:
  Load(zmq::socket_ref dealer, const std::string& request) : dealer_(dealer) {
    const std::size_t place = request.find('#');
    const int variants = place == std::string::npos ? 1 : 100;
    for (int number = 0; number < variants; ++number) {
      requests_.push_back(request);
      if (variants > 1) requests_.back().replace(place, 1, std::to_string(number));
    }
    latencies_.reserve(1 << 24);
  }

  void send() {
    // The time of sending is the envelope, and comes back with the reply.
    const auto now = Clock::now();
    dealer_.send(zmq::const_buffer(&now, sizeof now), zmq::send_flags::sndmore);
    dealer_.send(zmq::const_buffer(), zmq::send_flags::sndmore);
    dealer_.send(zmq::buffer(requests_[sent_ % requests_.size()]), zmq::send_flags::none);
    ++sent_;
  }

  /// Waits for a reply, and takes all that have come: the number of them.
  int receive() {
    if (!dealer_.recv(frame_)) throw std::runtime_error("no reply came");
    int count = 0;
    do {
      finish_reply();
      ++count;
    } while (dealer_.recv(frame_, zmq::recv_flags::dontwait));
    return count;
  }

  /// Keeps what is in flight in flight until `end`.
  void run_until(Clock::time_point end) {
    while (Clock::now() < end) {
      for (int count = receive(); count > 0; --count) send();
    }
  }

  void forget_latencies() { latencies_.clear(); }

  void print(double seconds) {
    const std::size_t requests = latencies_.size();
    if (requests == 0) throw std::runtime_error("no reply came in time");
    std::sort(latencies_.begin(), latencies_.end());
    fmt::print(R"({{"requests":{},"seconds":{:.6f},"p50_us":{:.1f},"p99_us":{:.1f},"p999_us":{:.1f},)"
               R"("sent":{},"errors":{},"reply_bytes":{}}})"
               "\n",
               requests, seconds, microseconds_at(0.5), microseconds_at(0.99), microseconds_at(0.999), sent_,
               errors_, reply_bytes_);
  }

 private:
  /// Takes the rest of the reply whose first frame, the time of sending, is in `frame_`.
  void finish_reply() {
    Clock::time_point start;
    if (frame_.size() != sizeof start)
      throw std::runtime_error("a reply without the envelope of its request");
    std::memcpy(&start, frame_.data(), sizeof start);
    (void)dealer_.recv(frame_);  // the delimiter
    std::size_t bytes = 0;
    for (bool first = true; frame_.more(); first = false) {
      (void)dealer_.recv(frame_);
      if (first && frame_.to_string_view().starts_with(R"({"error")")) ++errors_;
      bytes += frame_.size();
    }
    latencies_.push_back(std::chrono::duration_cast<Latency>(Clock::now() - start).count());
    if (reply_bytes_ == 0) reply_bytes_ = bytes;
    if (bytes != reply_bytes_) {
      throw std::runtime_error(fmt::format("a reply of {} bytes after those of {}", bytes, reply_bytes_));
    }
  }

  double microseconds_at(double share) const {
    return latencies_[static_cast<std::size_t>(share * static_cast<double>(latencies_.size() - 1))] / 10.0;
  }

  zmq::socket_ref dealer_;
  std::vector<std::string> requests_;
  zmq::message_t frame_;
  std::vector<Latency::rep> latencies_;
  std::uint64_t sent_ = 0;
  std::uint64_t errors_ = 0;
  std::size_t reply_bytes_ = 0;
};

Clock::duration seconds(const char* text) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(std::atof(text)));
}

/// For CURVE.
void set_keys(zmq::socket_t& dealer, const char* server_key, const char* key_file) {
  const filer::CurveKeyPair keys = filer::load_key_pair(key_file);
  dealer.set(zmq::sockopt::curve_serverkey, server_key);
  dealer.set(zmq::sockopt::curve_publickey, keys.public_key);
  dealer.set(zmq::sockopt::curve_secretkey, keys.secret_key.text());
}

void run(int argc, char** argv) {
  zmq::context_t context;
  zmq::socket_t dealer(context, zmq::socket_type::dealer);
  dealer.set(zmq::sockopt::linger, 0);
  dealer.set(zmq::sockopt::rcvtimeo, patience_ms);
  if (argc == 8) set_keys(dealer, argv[6], argv[7]);
  dealer.connect(argv[1]);
  Load load(dealer, argv[2]);
  int unread = std::atoi(argv[3]);
  for (int n = 0; n < unread; ++n) load.send();
  load.run_until(Clock::now() + seconds(argv[4]));
  load.forget_latencies();
  const auto start = Clock::now();
  load.run_until(start + seconds(argv[5]));
  while (unread > 0) unread -= load.receive();
  load.print(std::chrono::duration<double>(Clock::now() - start).count());
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 6 && argc != 8) return 2;
  run(argc, argv);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "bench-load: {}\n", error.what());
  return 1;
}
