#pragma once

#include "daemon/config/config.hpp"
#include "daemon/files/file_store.hpp"
#include "daemon/statistics.hpp"
#include "daemon/transport/connections.hpp"
#include "daemon/transport/pending_request.hpp"
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

/// Requests that wait for a change: bounded in number, for each connection and in all. They cost memory and a
/// mark of the kernel's for each file, no thread. Used by one thread.
class WaitingRoom {
 public:
  /// What it refers to must outlive it; the limits may change between calls.
  WaitingRoom(const FileStore& files, const Limits& limits, Statistics& statistics);
  ~WaitingRoom();
  WaitingRoom(const WaitingRoom&) = delete;
  WaitingRoom& operator=(const WaitingRoom&) = delete;

  /// Whether one more of this connection may wait.
  [[nodiscard]] bool has_room_for(Connection connection) const;

  void hold(PendingRequest request, Watch watch);

  /// Those whose file may have changed, or changed before they came. Where that cannot be told at once, one
  /// of those that wait for a location: if it turns out to have changed, the others are to be taken.
  [[nodiscard]] std::vector<PendingRequest> take_changed();

  [[nodiscard]] std::vector<PendingRequest> take_those_at(const Location& location);

  /// Those whose time is up. They may wait no more.
  [[nodiscard]] std::vector<PendingRequest> take_due();

  [[nodiscard]] std::vector<PendingRequest> take_all();

  /// The connection has ended, and nobody waits for its replies.
  void forget(Connection connection);

  /// Readable when take_changed() has something to look at. May be closed.
  [[nodiscard]] FileDescriptor events() const noexcept { return watcher_.events(); }

  /// There may be something to take, without an event.
  [[nodiscard]] bool is_due() const;

  /// How long until there is something to take without an event; nullopt: for ever.
  [[nodiscard]] std::optional<std::chrono::milliseconds> time_to_wait() const;

 private:
  using Clock = std::chrono::steady_clock;
  using Ticket = std::uint64_t;

  struct Held {
    PendingRequest request;
    Watch watch;
    Clock::time_point since;
  };

  PendingRequest remove(Ticket ticket);
  std::vector<PendingRequest> remove(const std::set<Ticket>& tickets);

  const Limits& limits_;
  Statistics& statistics_;
  Watcher watcher_;
  Ticket next_ticket_ = 0;
  std::unordered_map<Ticket, Held> held_;
  std::map<Location, std::set<Ticket>> by_location_;                ///< no set is empty
  std::unordered_map<Connection, std::set<Ticket>> by_connection_;  ///< no set is empty
  std::set<std::pair<Clock::time_point, Ticket>> deadlines_;
};

}  // namespace filer
