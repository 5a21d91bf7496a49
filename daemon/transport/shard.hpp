#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/handler/handler.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/pool/blocking_pool.hpp"
#include "daemon/statistics.hpp"
#include "daemon/transport/connections.hpp"
#include "daemon/transport/listener.hpp"
#include "daemon/transport/mailbox.hpp"
#include "daemon/transport/outbox.hpp"
#include "daemon/transport/waiting_room.hpp"

#include <zmq.hpp>

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <thread>
#include <vector>

namespace filer {

/// One ROUTER socket that serves the listening sockets, and the thread that handles its requests: at once,
/// when a file changes, or when a thread of the pool has done the work. What it refers to must outlive it.
class Shard {
 public:
  /// Requests are answered from here on. Throws zmq::error_t, std::system_error.
  Shard(zmq::context_t& context, const Limits& limits, const std::vector<Listener>& listeners,
        const FileStore& files, BlockingPool& pool, Statistics& statistics, Logger& logger);

  /// Answers what was received, for at most two seconds, ends what the pool still does for it, then closes
  /// the socket.
  ~Shard();

  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

 private:
  void run();
  void serve();
  void drain();
  bool wait(std::chrono::milliseconds time);
  std::size_t serve_batch();
  void take(Message message);
  void start(Task task, Message message);
  void start_slow(Task task, Message message);
  void start_watch(Task task, Message message);
  void resume(HeldRequest held);
  void serve_waiting();
  void serve_finished();
  void forget_ended_connections();
  void answer(Envelope envelope, Reply reply);
  void send_answers();
  [[nodiscard]] std::size_t room_for_reply(const Envelope& envelope) const;
  [[nodiscard]] std::chrono::milliseconds time_to_wait() const;
  void drop(const Message& message, const char* why);
  void report_drops();

  /// Messages that could not be answered, told to the journal once a second at most.
  struct Drops {
    std::uint64_t count = 0;
    Peer last_peer;
    const char* last_reason = "";
    std::chrono::steady_clock::time_point next_report;
  };

  BlockingPool& pool_;
  Statistics& statistics_;
  Logger& logger_;
  zmq::socket_t router_;
  Connections connections_;
  Handler handler_;
  Outbox outbox_;
  WaitingRoom waiting_room_;
  std::vector<OutgoingReply> answers_;  ///< of this turn, not sent yet
  Mailbox finished_;                    ///< replies made by the pool
  std::size_t slow_tasks_ = 0;          ///< in the pool
  std::stop_source stop_slow_tasks_;
  Drops drops_;
  UniqueFileDescriptor stop_event_;  ///< readable once this is being destroyed
  std::thread thread_;
};

}  // namespace filer
