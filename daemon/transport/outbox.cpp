#include "daemon/transport/outbox.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace filer {
namespace {

constexpr std::size_t least_flows = 256;

std::string routing_id(const Envelope& envelope) {
  return envelope.front().to_string();
}

/// libzmq calls this when it has sent a frame or given it up; on any of its threads.
void free_reply(void*, void* reply) {
  delete static_cast<ReplyBytes*>(reply);
}

zmq::message_t make_frame(std::unique_ptr<ReplyBytes> reply) {
  std::string& bytes = reply->bytes();
  zmq::message_t frame(bytes.data(), bytes.size(), free_reply, reply.get());
  (void)reply.release();  // the frame owns it now
  return frame;
}

}  // namespace

ReplyBytes::ReplyBytes(std::string bytes, std::shared_ptr<ByteCount> of_peer,
                       std::shared_ptr<ByteCount> of_all)
    : bytes_(std::move(bytes)), of_peer_(std::move(of_peer)), of_all_(std::move(of_all)) {
  *of_peer_ += bytes_.size();
  *of_all_ += bytes_.size();
}

ReplyBytes::~ReplyBytes() {
  *of_peer_ -= bytes_.size();
  *of_all_ -= bytes_.size();
}

Outbox::Outbox(zmq::socket_ref router, const Limits& limits)
    : router_(router), limits_(limits), forget_at_(least_flows) {}

Outbox::Room Outbox::room_for(const Envelope& envelope) const {
  const auto flow = flows_.find(routing_id(envelope));
  if (flow != flows_.end() && flow->second.waiting.size() >= most_waiting) return Room::none;
  const std::size_t of_peer = flow == flows_.end() ? 0 : flow->second.bytes->load();
  const bool free = of_peer < limits_.peer_bytes_in_flight && *bytes_ < limits_.bytes_in_flight;
  return free ? Room::free : Room::busy;
}

OutgoingReply Outbox::prepare(Envelope envelope, std::string reply) {
  Flow& flow = flow_of(envelope);
  return {std::move(envelope), std::make_unique<ReplyBytes>(std::move(reply), flow.bytes, bytes_)};
}

void Outbox::send(OutgoingReply reply) {
  Flow& flow = flow_of(reply.envelope);
  const bool in_turn = flow.waiting.empty();
  if (in_turn && try_send(reply) != Sent::peer_is_full) return;
  flow.waiting.push_back(std::move(reply));
  ++waiting_;
}

bool Outbox::flush() {
  bool progress = false;
  if (waiting_ == 0) return progress;
  for (auto& [id, flow] : flows_) {
    while (!flow.waiting.empty() && try_send(flow.waiting.front()) != Sent::peer_is_full) {
      flow.waiting.pop_front();
      --waiting_;
      progress = true;
    }
  }
  return progress;
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
    if (!router_.send(reply.envelope.front(), flags)) return Sent::peer_is_full;
  } catch (const zmq::error_t& error) {
    if (error.num() == EHOSTUNREACH) return Sent::peer_is_gone;
    throw;
  }
  std::for_each(std::next(reply.envelope.begin()), reply.envelope.end(),
                [this](zmq::message_t& frame) { router_.send(frame, flags); });
  router_.send(make_frame(std::move(reply.reply)), zmq::send_flags::dontwait);
  return Sent::yes;
}

}  // namespace filer
