#pragma once

#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/handler/handler.hpp"
#include "daemon/statistics.hpp"
#include "daemon/transport/connections.hpp"
#include "daemon/transport/message.hpp"
#include "daemon/watch/watcher.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

namespace filer {

/// A request whose reply is held until what it looks at changes, or the time is up.
struct HeldRequest {
  Envelope envelope;
  Task task;
  Connection connection = -1;  ///< that it came over
  Watch watch;
};

/// Requests that wait for a change: bounded in number, for each connection and in all. They cost memory and a
/// mark of the kernel's for each file, no thread. Used by one thread.
class WaitingRoom {
 public:
  /// What it refers to must outlive it.
  WaitingRoom(const FileStore& files, const Limits& limits, Statistics& statistics);
  ~WaitingRoom();
  WaitingRoom(const WaitingRoom&) = delete;
  WaitingRoom& operator=(const WaitingRoom&) = delete;

  /// Whether one more of this connection may wait.
  [[nodiscard]] bool has_room_for(Connection connection) const;

  void hold(HeldRequest request);

  /// Those whose file may have changed, or changed before they came.
  [[nodiscard]] std::vector<HeldRequest> take_changed();

  /// Those whose time is up.
  [[nodiscard]] std::vector<HeldRequest> take_due();

  [[nodiscard]] std::vector<HeldRequest> take_all();

  /// The connection has ended, and nobody waits for its replies.
  void forget(Connection connection);

  /// Readable when take_changed() has something to look at. May be closed.
  [[nodiscard]] FileDescriptor events() const noexcept { return watcher_.events(); }

  /// How long until there is something to take without an event; nullopt: for ever.
  [[nodiscard]] std::optional<std::chrono::milliseconds> time_to_wait() const;

 private:
  using Clock = std::chrono::steady_clock;
  using Ticket = std::uint64_t;

  HeldRequest remove(Ticket ticket);
  std::vector<HeldRequest> remove(const std::set<Ticket>& tickets);

  Limits limits_;
  Statistics& statistics_;
  Watcher watcher_;
  Ticket next_ticket_ = 0;
  std::unordered_map<Ticket, HeldRequest> held_;
  std::map<Location, std::set<Ticket>> by_location_;                ///< no set is empty
  std::unordered_map<Connection, std::set<Ticket>> by_connection_;  ///< no set is empty
  std::set<std::pair<Clock::time_point, Ticket>> deadlines_;
};

}  // namespace filer
