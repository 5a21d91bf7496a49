#include "base/sha256.hpp"
#include "daemon/transport/message.hpp"
#include "daemon/transport/shard.hpp"
#include "protocol/reply_decoder.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/host.hpp"
#include "tests/fuzz/null_sink.hpp"

#include <zmq.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace filer;

namespace {

using Frames = std::vector<std::string>;

/// Longer than any reply can rightly take.
constexpr std::chrono::milliseconds patience{8000};

ConfigInForce make_config() {
  Config config;
  config.limits.wait_ms = 1;
  return std::make_shared<const Config>(std::move(config));
}

RootConfig root_at(const std::string& path) {
  RootConfig root;
  root.path = path;
  return root;
}

/// A shard that serves a directory, and a client of it.
class Daemon {
 public:
  Daemon() {
    directory_.write("file.txt", "hello");
    directory_.write("dir/large.txt", std::string(100000, 'x'));
    listeners_.emplace_back(BindConfig{"tcp://127.0.0.1:*", "here"});
    shard_ = std::make_unique<Shard>(
        Shared{context_, make_config(), listeners_, files_, access_, pool_, statistics_, logger_}, 0);
    client_.set(zmq::sockopt::linger, 0);
    client_.connect(listeners_.front().address());
  }

  void send(const Frames& frames) {
    for (std::size_t index = 0; index < frames.size(); ++index) {
      const bool more = index + 1 < frames.size();
      client_.send(zmq::buffer(frames[index]), more ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
  }

  /// The next message of the daemon; none where none comes in time.
  Frames receive(std::chrono::milliseconds time) {
    if (!is_readable(time)) return {};
    Frames frames;
    for (bool more = true; more;) {
      zmq::message_t frame;
      (void)client_.recv(frame);
      more = frame.more();
      frames.push_back(frame.to_string());
    }
    return frames;
  }

  [[nodiscard]] std::uint64_t dropped() const {
    for (const NamedNumber& number : statistics_.snapshot()) {
      if (number.name == "dropped_messages") return number.value;
    }
    std::abort();
  }

 private:
  /// Whether something comes within the time. libFuzzer's clock is a signal, which begins it anew.
  bool is_readable(std::chrono::milliseconds time) {
    zmq::pollitem_t item{client_.handle(), 0, ZMQ_POLLIN, 0};
    while (true) {
      try {
        return zmq::poll(&item, 1, time) > 0;
      } catch (const zmq::error_t& error) {
        if (error.num() != EINTR) throw;
      }
    }
  }

  fuzz::TempDirectory directory_;
  Logger logger_{{LogLevel::error, LogRequests::all}, std::make_unique<fuzz::NullSink>()};
  Statistics statistics_;
  BlockingPool pool_{2, 2};
  FileStore files_{{root_at(directory_.path())}};
  AccessTable access_{
      std::make_shared<AccessRules>(AccessRules::Roots{{"default", {}}}, std::vector<AuthorizedKey>{})};
  std::vector<Listener> listeners_;
  zmq::context_t context_;
  zmq::socket_t client_{context_, zmq::socket_type::dealer};
  std::unique_ptr<Shard> shard_;
};

Frames split(std::string_view bytes) {
  Frames frames(1);
  for (const char c : bytes) {
    if (c == '\n') {
      frames.emplace_back();
    } else {
      frames.back() += c;
    }
  }
  return frames;
}

/// The frames that are to come back in front of a reply, the delimiter among them; none where
/// docs/protocol.md says that the message is dropped.
Frames envelope_of(const Frames& message) {
  constexpr std::size_t routing_id = 5;  // bytes, of a frame that libzmq puts in front of all
  const auto delimiter = std::find(message.begin(), message.end(), "");
  if (delimiter == message.end()) return {};
  Frames envelope(message.begin(), delimiter + 1);
  std::size_t bytes = routing_id;
  for (const std::string& frame : envelope) bytes += frame.size();
  const bool is_within_bounds = envelope.size() + 1 <= most_envelope_frames && bytes <= most_envelope_bytes;
  return is_within_bounds ? envelope : Frames();
}

/// Such a reply as clients understand, behind the envelope byte for byte.
void check_reply(const Frames& reply, const Frames& envelope, bool is_one_request) {
  FUZZ_CHECK(reply.size() == envelope.size() + 1 || reply.size() == envelope.size() + 2);
  FUZZ_CHECK(std::equal(envelope.begin(), envelope.end(), reply.begin()));
  const ReceivedReply header(reply[envelope.size()]);
  FUZZ_CHECK(!header.error() || reply.size() == envelope.size() + 1);
  FUZZ_CHECK(!header.error() || header.error()->code != "internal");
  FUZZ_CHECK(is_one_request || (header.error() && header.error()->code == "bad_request"));
}

}  // namespace

/// Any frames, one a line of the input, as a message to a daemon: it is answered once, in its envelope, or
/// dropped and counted; and the next one is answered as ever.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // OpenSSL, which frees what belongs to a thread when the thread ends, must be the last to leave.
  static const std::string first_digest = sha256_of("");
  static Daemon daemon;
  static const std::string mark = fuzz::make_canary();

  const Frames message = split({reinterpret_cast<const char*>(data), size});
  const Frames envelope = envelope_of(message);
  const std::uint64_t dropped = daemon.dropped();
  daemon.send(message);
  daemon.send({mark, "", R"({"op":"hello"})"});
  bool is_answered = envelope.empty();
  bool is_next_answered = false;
  while (!is_answered || !is_next_answered) {
    const Frames reply = daemon.receive(patience);
    FUZZ_CHECK(!reply.empty());
    if (reply.front() == mark) {
      FUZZ_CHECK(!is_next_answered);
      is_next_answered = true;
      check_reply(reply, {mark, ""}, true);
    } else {
      FUZZ_CHECK(!is_answered);
      is_answered = true;
      check_reply(reply, envelope, message.size() == envelope.size() + 1);
    }
  }
  FUZZ_CHECK(daemon.dropped() == dropped + (envelope.empty() ? 1 : 0));
  FUZZ_CHECK(daemon.receive(std::chrono::milliseconds(0)).empty());
  return 0;
}
