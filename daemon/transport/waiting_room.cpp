#include "daemon/transport/waiting_room.hpp"

#include <algorithm>

namespace filer {
namespace {

using std::chrono::milliseconds;

template <class Index, class Key>
void erase_from(Index& index, const Key& key, std::uint64_t ticket) {
  const auto entry = index.find(key);
  entry->second.erase(ticket);
  if (entry->second.empty()) index.erase(entry);
}

}  // namespace

WaitingRoom::WaitingRoom(const FileStore& files, const Limits& limits, Statistics& statistics)
    : limits_(limits), statistics_(statistics), watcher_(files) {}

WaitingRoom::~WaitingRoom() {
  statistics_.count_waiting(-static_cast<std::int64_t>(held_.size()));
}

bool WaitingRoom::has_room_for(Connection connection) const {
  const auto of_connection = by_connection_.find(connection);
  const std::size_t count = of_connection == by_connection_.end() ? 0 : of_connection->second.size();
  return count < limits_.waits_per_peer && statistics_.waiting() < limits_.waits;
}

void WaitingRoom::hold(PendingRequest request, Watch watch) {
  const Ticket ticket = next_ticket_++;
  watcher_.watch(watch.location, watch.etag);
  by_location_[watch.location].insert(ticket);
  by_connection_[request.envelope.connection].insert(ticket);
  deadlines_.emplace(watch.deadline, ticket);
  held_.emplace(ticket, Held{std::move(request), std::move(watch), Clock::now()});
  statistics_.count_waiting(1);
}

PendingRequest WaitingRoom::remove(Ticket ticket) {
  Held held = std::move(held_.extract(ticket).mapped());
  erase_from(by_connection_, held.request.envelope.connection, ticket);
  deadlines_.erase({held.watch.deadline, ticket});
  erase_from(by_location_, held.watch.location, ticket);
  if (!by_location_.contains(held.watch.location)) watcher_.forget(held.watch.location);
  statistics_.count_waiting(-1);
  held.request.task.held += Clock::now() - held.since;
  return std::move(held.request);
}

std::vector<PendingRequest> WaitingRoom::remove(const std::set<Ticket>& tickets) {
  std::vector<PendingRequest> requests;
  requests.reserve(tickets.size());
  for (const Ticket ticket : tickets) requests.push_back(remove(ticket));
  return requests;
}

std::vector<PendingRequest> WaitingRoom::take_changed() {
  std::set<Ticket> tickets;
  const Watcher::Changes changes = watcher_.take_changes();
  for (const Location& location : changes.changed) {
    const auto& waiting = by_location_.at(location);
    tickets.insert(waiting.begin(), waiting.end());
  }
  for (const Location& location : changes.unknown) tickets.insert(*by_location_.at(location).begin());
  return remove(tickets);
}

std::vector<PendingRequest> WaitingRoom::take_those_at(const Location& location) {
  const auto waiting = by_location_.find(location);
  if (waiting == by_location_.end()) return {};
  const std::set<Ticket> tickets = waiting->second;  // a copy: it goes with the last of them
  return remove(tickets);
}

std::vector<PendingRequest> WaitingRoom::take_due() {
  std::set<Ticket> tickets;
  const auto now = Clock::now();
  for (const auto& [deadline, ticket] : deadlines_) {
    if (deadline > now) break;
    tickets.insert(ticket);
  }
  std::vector<PendingRequest> due = remove(tickets);
  for (PendingRequest& request : due) request.task.may_wait = false;
  return due;
}

std::vector<PendingRequest> WaitingRoom::take_all() {
  std::set<Ticket> tickets;
  for (const auto& [ticket, request] : held_) tickets.insert(ticket);
  return remove(tickets);
}

void WaitingRoom::forget(Connection connection) {
  const auto of_connection = by_connection_.find(connection);
  if (of_connection == by_connection_.end()) return;
  const std::set<Ticket> tickets = of_connection->second;  // a copy: it goes with the last of them
  (void)remove(tickets);
}

bool WaitingRoom::is_due() const {
  const auto time = time_to_wait();
  return time && time->count() == 0;
}

std::optional<milliseconds> WaitingRoom::time_to_wait() const {
  const auto to_check = watcher_.time_to_check();
  if (deadlines_.empty()) return to_check;
  const auto left = std::chrono::ceil<milliseconds>(deadlines_.begin()->first - Clock::now());
  return std::min(std::max(left, milliseconds(0)), to_check.value_or(left));
}

}  // namespace filer
