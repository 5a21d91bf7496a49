#include "daemon/transport/outbox.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

namespace filer {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t least_flows = 256;
constexpr milliseconds shortest_retry{1};
constexpr milliseconds longest_retry{100};

/// What a frame costs beside its bytes, and a reply beside its frames: messages, queues, allocations.
constexpr std::size_t frame_cost = 64;
constexpr std::size_t reply_cost = 256;

std::size_t cost_of(const Envelope& envelope) {
  std::size_t cost = reply_cost + frame_cost;
  for (const zmq::message_t& frame : envelope.frames) cost += frame.size() + frame_cost;
  return cost;
}

std::string routing_id(const Envelope& envelope) {
  return envelope.frames.front().to_string();
}

/// libzmq calls this when it has sent a frame or given it up; on any of its threads.
void free_reply(void*, void* reply) {
  const std::unique_ptr<ReplyInFlight> taken(static_cast<ReplyInFlight*>(reply));
  taken->take_over();
}

}  // namespace

ReplyInFlight::ReplyInFlight(Reply reply, std::size_t overhead, BytesInFlight bytes)
    : reply_(std::move(reply)), cost_(reply_.size() + overhead), bytes_(std::move(bytes)) {
  bytes_.of_peer->bytes += cost_;
  *bytes_.of_all += cost_;
}

ReplyInFlight::~ReplyInFlight() {
  { const Reply freed = std::move(reply_); }  // first: a large one takes its time, and is there until then
  bytes_.of_peer->bytes -= cost_;
  ++bytes_.of_peer->taken;
  *bytes_.of_all -= cost_;
}

Outbox::Outbox(zmq::socket_ref router, const Limits& limits, std::shared_ptr<ByteCount> bytes_in_flight)
    : router_(router), limits_(limits), bytes_(std::move(bytes_in_flight)), forget_at_(least_flows) {}

Outbox::Room Outbox::room_for(const Envelope& envelope) const {
  const auto flow = flows_.find(routing_id(envelope));
  const std::size_t of_peer = flow == flows_.end() ? 0 : flow->second.in_flight->bytes.load();
  const std::size_t of_all = *bytes_;
  const std::uint64_t peer_limit = limits_.peer_bytes_in_flight;
  const std::uint64_t limit = limits_.bytes_in_flight;
  const bool reads = of_peer < most_small_bytes;
  if (of_peer >= 2 * peer_limit) return Room::none;
  if (of_all >= limit - limit / 8 && !reads) return Room::none;
  if (of_peer >= peer_limit) return Room::peer_busy;
  if (of_all < limit - limit / 4) return Room::free;
  return of_all < limit && reads ? Room::small : Room::all_busy;
}

OutgoingReply Outbox::prepare(Envelope envelope, Reply reply) {
  const std::size_t overhead = cost_of(envelope) + (reply.data ? frame_cost : 0);
  Flow& flow = flow_of(envelope);
  flow.connection = envelope.connection;
  const BytesInFlight bytes{flow.in_flight, bytes_};
  return {std::move(envelope), std::make_unique<ReplyInFlight>(std::move(reply), overhead, bytes)};
}

void Outbox::send(OutgoingReply reply) {
  Flow& flow = flow_of(reply.envelope);
  const bool in_turn = flow.waiting.empty();
  if (in_turn && try_send(reply) != Sent::peer_is_full) return;
  if (in_turn) {
    flow.retry_delay = shortest_retry;
    retries_.emplace(Clock::now() + shortest_retry, routing_id(reply.envelope));
  }
  flow.waiting.push_back(std::move(reply));
}

void Outbox::forget(Connection connection) {
  for (auto& [id, flow] : flows_) {
    const auto dropped = std::erase_if(flow.waiting, [connection](const OutgoingReply& reply) {
      return reply.envelope.connection == connection;
    });
    // A flow that waits for nothing may go, and must not be tried again then.
    if (dropped > 0 && flow.waiting.empty())
      std::erase_if(retries_, [&name = id](const auto& retry) { return retry.second == name; });
  }
}

void Outbox::flush() {
  const auto now = Clock::now();
  while (!retries_.empty() && retries_.begin()->first <= now) {
    const std::string id = std::move(retries_.begin()->second);
    retries_.erase(retries_.begin());
    retry(id);
  }
}

void Outbox::retry(const std::string& id) {
  Flow& flow = flows_.at(id);
  bool moved = false;
  while (!flow.waiting.empty() && try_send(flow.waiting.front()) != Sent::peer_is_full) {
    flow.waiting.pop_front();
    moved = true;
  }
  if (flow.waiting.empty()) return;
  flow.retry_delay = moved ? shortest_retry : std::min(flow.retry_delay * 2, longest_retry);
  retries_.emplace(Clock::now() + flow.retry_delay, id);
}

std::optional<milliseconds> Outbox::time_to_flush() const {
  if (retries_.empty()) return std::nullopt;
  const auto left = std::chrono::ceil<milliseconds>(retries_.begin()->first - Clock::now());
  return std::max(left, milliseconds(0));
}

std::vector<Connection> Outbox::find_deaf(milliseconds patience) {
  forget_idle_flows();
  std::vector<Connection> deaf;
  const auto now = Clock::now();
  for (auto& [id, flow] : flows_) {
    const bool is_first_look = flow.taken_since == Clock::time_point();
    const std::uint64_t taken = flow.in_flight->taken;
    if (is_first_look || taken != std::exchange(flow.taken, taken)) {
      flow.taken_since = now;
    } else if (now - flow.taken_since >= patience) {
      deaf.push_back(flow.connection);
    }
  }
  return deaf;
}

Outbox::Flow& Outbox::flow_of(const Envelope& envelope) {
  if (flows_.size() >= forget_at_) forget_idle_flows();
  return flows_[routing_id(envelope)];
}

void Outbox::forget_idle_flows() {
  std::erase_if(flows_, [](const auto& entry) { return entry.second.is_idle(); });
  forget_at_ = std::max(least_flows, flows_.size() * 2);
}

Outbox::Sent Outbox::try_send(OutgoingReply& reply) {
  constexpr auto flags = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
  try {
    // Only the first frame, the routing id, can be refused; libzmq takes the rest of a message once it took
    // that.
    if (!router_.send(reply.envelope.frames.front(), flags)) return Sent::peer_is_full;
  } catch (const zmq::error_t& error) {
    if (error.num() == EHOSTUNREACH) return Sent::peer_is_gone;
    throw;
  }
  std::vector<zmq::message_t>& frames = reply.envelope.frames;
  std::for_each(std::next(frames.begin()), frames.end(),
                [this](zmq::message_t& frame) { router_.send(frame, flags); });
  send_frames(std::move(reply.reply));
  return Sent::yes;
}

/// The reply goes with its last frame; a header in front of data is short, and copied.
void Outbox::send_frames(std::unique_ptr<ReplyInFlight> reply) {
  using zmq::send_flags;
  auto& [header, data] = reply->reply();
  if (data) {
    router_.send(zmq::buffer(header), send_flags::sndmore | send_flags::dontwait);
    std::string().swap(header);
  }
  const std::string_view last = data ? std::string_view(*data) : std::string_view(header);
  reply->let_go();
  // libzmq changes no bytes of a message that it sends.
  zmq::message_t frame(const_cast<char*>(last.data()), last.size(), free_reply, reply.get());
  (void)reply.release();  // the frame owns it now
  router_.send(std::move(frame), send_flags::dontwait);
}

}  // namespace filer
