#include "daemon/transport/zap_handler.hpp"

#include "base/curve_key.hpp"
#include "base/system_error.hpp"
#include "daemon/transport/message.hpp"
#include "daemon/transport/receive_frame.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

namespace filer {
namespace {

using std::chrono::milliseconds;

/// RFC 27: where libzmq asks, and the frames of a question.
constexpr const char* zap_address = "inproc://zeromq.zap.01";
enum Question : std::size_t { version, request_id, domain, address, routing_id, mechanism, credentials };
constexpr std::string_view zap_version = "1.0";
constexpr std::string_view accepted = "200";
constexpr std::string_view refused = "400";

zmq::socket_t make_socket(zmq::context_t& context) {
  zmq::socket_t socket(context, zmq::socket_type::rep);
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::rcvhwm, 0);
  socket.set(zmq::sockopt::sndhwm, 0);
  socket.bind(zap_address);
  return socket;
}

/// nullopt: there is none.
std::optional<std::vector<std::string>> receive_question(zmq::socket_t& socket) {
  std::vector<std::string> frames;
  for (bool more = true; more;) {
    zmq::message_t frame;
    if (!receive_frame(socket, frame, zmq::recv_flags::dontwait)) return std::nullopt;
    more = frame.more();
    frames.push_back(frame.to_string());
  }
  return frames;
}

}  // namespace

ZapHandler::ZapHandler(zmq::context_t& context, const AccessTable& access, Logger& logger)
    : access_(access),
      logger_(logger),
      socket_(make_socket(context)),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!stop_.is_open()) throw_errno("eventfd");
  thread_ = std::thread([this] { run(); });
}

ZapHandler::~ZapHandler() {
  const std::uint64_t one = 1;
  // An eventfd takes eight bytes or nothing, and has room for these.
  if (::write(stop_.get(), &one, sizeof one) != sizeof one) std::terminate();
  thread_.join();
}

void ZapHandler::run() {
  while (wait()) {
    while (answer_next()) {
    }
    report();
  }
}

/// False: it is to end.
bool ZapHandler::wait() {
  std::array<zmq::pollitem_t, 2> items = {
      {{socket_.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, stop_.get(), ZMQ_POLLIN, 0}}};
  try {
    zmq::poll(items.data(), items.size(), time_to_wait());
  } catch (const zmq::error_t& error) {
    if (error.num() != EINTR) throw;
  }
  return items[1].revents == 0;
}

milliseconds ZapHandler::time_to_wait() const {
  constexpr milliseconds forever{-1};
  const auto next = refusals_.next();
  if (!next) return forever;
  return std::max(std::chrono::ceil<milliseconds>(*next - Refusals::Clock::now()), milliseconds(0));
}

bool ZapHandler::answer_next() {
  const auto question = receive_question(socket_);
  if (!question) return false;
  const Decision decision = decide(*question);
  const std::string_view id = question->size() > request_id ? std::string_view((*question)[request_id]) : "";
  const std::array<std::string_view, 5> frames = {zap_version, id, decision.is_accepted ? accepted : refused,
                                                  decision.is_accepted ? "OK" : "the key is not authorized",
                                                  decision.user_id};
  for (const std::string_view frame : frames) socket_.send(zmq::buffer(frame), zmq::send_flags::sndmore);
  socket_.send(zmq::message_t(), zmq::send_flags::none);  // no metadata
  return true;
}

ZapHandler::Decision ZapHandler::decide(const std::vector<std::string>& request) {
  const bool is_understood =
      request.size() == credentials + 1 && request[version] == zap_version && request[mechanism] == "CURVE";
  if (!is_understood) return {};
  Peer peer = peer_at(request[address]);
  peer.key = curve_key_text(request[credentials]);
  if (access_.rules()->find_key(peer.key) != nullptr) return {true, access_.key_mark().user_id_of(peer.key)};
  refusals_.add(peer, Refusals::Clock::now());
  return {};
}

void ZapHandler::report() {
  for (LogEntry& entry : refusals_.take_due(Refusals::Clock::now())) logger_.log(std::move(entry));
}

}  // namespace filer
