#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/handler/handler.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/statistics.hpp"
#include "daemon/transport/listener.hpp"
#include "daemon/transport/outbox.hpp"

#include <zmq.hpp>

#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace filer {

/// One ROUTER socket that serves the listening sockets, and the thread that handles its requests. What it
/// refers to must outlive it.
class Shard {
 public:
  /// Requests are answered from here on. Throws zmq::error_t, std::system_error.
  Shard(zmq::context_t& context, const Limits& limits, const std::vector<Listener>& listeners,
        const FileStore& files, Statistics& statistics, Logger& logger);

  /// Answers what was received, for at most two seconds, then closes the socket.
  ~Shard();

  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

 private:
  void run();
  void serve();
  void drain();
  std::size_t serve_batch();
  void take(Message message, std::vector<OutgoingReply>& replies);
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

  Statistics& statistics_;
  Logger& logger_;
  zmq::socket_t router_;
  Handler handler_;
  Outbox outbox_;
  Drops drops_;
  UniqueFileDescriptor stop_event_;  ///< readable once this is being destroyed
  std::thread thread_;
};

}  // namespace filer
