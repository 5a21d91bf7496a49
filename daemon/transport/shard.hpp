#pragma once

#include "base/curve_key.hpp"
#include "base/file_descriptor.hpp"
#include "daemon/access/access_table.hpp"
#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/handler/handler.hpp"
#include "daemon/handler/repeats.hpp"
#include "daemon/log/logger.hpp"
#include "daemon/pool/blocking_pool.hpp"
#include "daemon/statistics.hpp"
#include "daemon/transport/connections.hpp"
#include "daemon/transport/drop_report.hpp"
#include "daemon/transport/listener.hpp"
#include "daemon/transport/outbox.hpp"
#include "daemon/transport/slow_tasks.hpp"
#include "daemon/transport/spare_descriptor.hpp"
#include "daemon/transport/waiting_room.hpp"

#include <zmq.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace filer {

/// What all shards of a daemon share; owned by whoever owns them, and must outlive them.
struct Shared {
  zmq::context_t& context;  ///< with an I/O thread for each shard
  ConfigInForce config;
  const std::vector<Listener>& listeners;
  const FileStore& files;
  const AccessTable& access;
  BlockingPool& pool;
  Statistics& statistics;
  Logger& logger;
  const CurveKeyPair* server_key =
      nullptr;  ///< where a listener is for CURVE; then the context needs a ZapHandler
  std::shared_ptr<ByteCount> bytes_in_flight = std::make_shared<ByteCount>(0);
};

/// One ROUTER socket that serves the listening sockets, and the thread that handles its requests: at once,
/// when a file changes, or when a thread of the pool has done the work. It shares nothing with
/// others but what Shared holds.
class Shard {
 public:
  /// Requests are answered from here on. `number` counts the shards from 0, below most_shards. Throws
  /// zmq::error_t, std::system_error.
  Shard(const Shared& shared, unsigned number);

  /// See stop().
  ~Shard();

  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  /// Begins to stop, and does not wait. Any thread.
  void request_stop();

  /// Requests are answered by another configuration, as far as it can change, from the return of this on;
  /// false: the thread did not take a turn for `time`, and will do it then. Any thread.
  [[nodiscard]] bool adopt(const ConfigInForce& config, std::chrono::milliseconds time);

  /// Has its thread take a turn, even if there is nothing to do. Any thread.
  void nudge();

  /// The turns that its thread has taken: more after each nudge, unless it hangs. Any thread.
  [[nodiscard]] std::uint64_t turns() const noexcept { return turns_; }

  /// Answers what was received, for at most two seconds, and takes no more.
  void stop();

 private:
  /// What wait() found to be done, beside requests.
  struct Ready {
    bool connections, finished, watched, attention;
  };

  void run();
  void serve();
  void drain();
  void adopt_next();
  Ready wait(std::chrono::milliseconds time);
  std::size_t serve_batch();
  void take(Message message);
  void work_on(PendingRequest request);
  void settle(PendingRequest request, Outcome outcome);
  void start_slow(PendingRequest request);
  void hold(PendingRequest request, Watch watch);
  void resume(PendingRequest request);
  void serve_waiting();
  void serve_finished();
  void resume_others(const Task& task);
  void give_up_overdue();
  void give_up_rest();
  void attend_connections();
  void note_connections();
  [[nodiscard]] bool is_there(const Envelope& envelope) const;
  void cut_deaf_peers();
  void answer(Envelope envelope, Reply reply);
  void send_answers();
  [[nodiscard]] std::size_t room_for_reply(const Envelope& envelope) const;
  [[nodiscard]] std::chrono::milliseconds time_to_wait() const;

  Limits limits_;  ///< in force; what follows looks at them at each call
  const AccessTable& access_;
  Statistics& statistics_;
  Logger& logger_;
  zmq::socket_t router_;
  FileDescriptor router_event_;  ///< libzmq's: see wait()
  const std::vector<Listener>& listeners_;
  Connections connections_;
  SpareDescriptor spare_;
  std::chrono::steady_clock::time_point attended_at_;  ///< to connections_, for the last time
  Handler handler_;
  Outbox outbox_;
  WaitingRoom waiting_room_;
  std::vector<Message> batch_;  ///< taken, and not looked at yet
  Repeats repeats_;
  std::vector<OutgoingReply> answers_;  ///< of this turn, not sent yet
  SlowTasks slow_tasks_;
  DropReport drops_;
  bool ending_ = false;
  std::chrono::steady_clock::time_point look_for_deaf_at_;
  std::atomic<std::uint64_t> turns_ = 0;
  std::atomic<bool> is_to_stop_ = false;
  std::mutex mutex_;
  std::condition_variable adopted_;
  ConfigInForce next_;              ///< to be adopted; under the mutex
  UniqueFileDescriptor attention_;  ///< readable once somebody wants the thread to take a turn
  std::thread thread_;
};

}  // namespace filer
