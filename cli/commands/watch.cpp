#include "cli/commands/commands.hpp"
#include "cli/commands/several.hpp"
#include "cli/format/name.hpp"
#include "cli/format/time.hpp"
#include "cli/pause.hpp"
#include "cli/watched_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace filer {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How long a reply may be held; between them, it is seen whether anybody still reads.
constexpr milliseconds held{10000};

/// A watched path and its request.
struct Subject {
  WatchedPath watched;
  milliseconds wait;  ///< how long its replies may be held; 0: it is asked for again and again
  Ticket ticket = 0;  ///< of the request that is under way; 0: none
  steady_clock::time_point due{};
  GrowingPause pause{};
};

class Watch {
 public:
  Watch(const WatchOptions& options, Client& client, const Console& console);

  /// Until it is interrupted, has seen as many changes as it should, or there is nothing left to watch.
  ExitStatus run();

 private:
  void send_what_is_due();
  void receive();
  void take(Subject& subject, Arrival& arrival);
  void print(const std::string& path, const Change& change);
  [[nodiscard]] milliseconds time_until_due() const;
  [[nodiscard]] bool is_done() const;

  const WatchOptions& options_;
  Client& client_;
  const Console& console_;
  std::vector<Subject> subjects_;
  std::uint64_t changes_ = 0;
  ExitStatus status_ = ExitStatus::done;
};

/// How many replies the daemon holds for one client.
std::uint64_t most_held(Client& client) {
  for (const NamedNumber& limit : client.ask(HelloRequest{}).reply.hello().limits) {
    if (limit.name == "waits_per_peer") return limit.value;
  }
  return 0;
}

std::string as_json(const std::string& path, const Change& change, std::int64_t time) {
  JsonWriter json;
  json.begin_object().key("timestamp").number(time).key("change").string(kind_name(change.kind));
  write_name(json, "path", path);
  if (change.status) {
    json.key("type").string(file_type_name(change.status->type)).key("size").number(change.status->size);
    json.key("mtime").number(change.status->mtime).key("etag").string(change.status->etag);
  }
  return json.end_object().take();
}

std::string as_text(const std::string& path, const Change& change, std::int64_t time) {
  const std::string size = change.status ? fmt::format(" size={}", change.status->size) : "";
  return fmt::format("{} {}{} {}", format_universal_time(time), kind_name(change.kind), size, path);
}

Watch::Watch(const WatchOptions& options, Client& client, const Console& console)
    : options_(options), client_(client), console_(console) {
  std::uint64_t left = most_held(client);
  for (const std::string& path : options.paths) {
    subjects_.push_back({WatchedPath(path), left > 0 ? held : milliseconds(0)});
    if (left > 0) --left;
  }
}

ExitStatus Watch::run() {
  console_.note(fmt::format("watching {} path{} at {}", subjects_.size(), subjects_.size() == 1 ? "" : "s",
                            client_.endpoint()));
  while (!is_done()) {
    send_what_is_due();
    receive();
  }
  return status_;
}

bool Watch::is_done() const {
  return subjects_.empty() || (options_.changes && changes_ >= *options_.changes) || console_.is_abandoned();
}

void Watch::send_what_is_due() {
  const auto now = steady_clock::now();
  for (Subject& subject : subjects_) {
    if (subject.ticket == 0 && subject.due <= now) {
      subject.ticket = client_.send(subject.watched.request(subject.wait));
    }
  }
}

milliseconds Watch::time_until_due() const {
  milliseconds least = held;
  const auto now = steady_clock::now();
  for (const Subject& subject : subjects_) {
    if (subject.ticket != 0) continue;
    least = std::min(least, duration_cast<milliseconds>(subject.due - now) + milliseconds(1));
  }
  return std::max(least, milliseconds(0));
}

void Watch::receive() {
  auto arrival = client_.receive_within(time_until_due());
  if (!arrival) return;
  const auto subject = std::find_if(subjects_.begin(), subjects_.end(), [&](const Subject& candidate) {
    return candidate.ticket == arrival->ticket;
  });
  if (subject == subjects_.end()) return;
  subject->ticket = 0;
  try {
    take(*subject, *arrival);
  } catch (const DaemonError& error) {
    status_ = first_failure(status_, console_.report(error));
    subjects_.erase(subject);
  }
}

void Watch::take(Subject& subject, Arrival& arrival) {
  std::optional<Change> change;
  bool was_held = false;
  if (const auto* error = std::get_if<DaemonError>(&arrival.outcome)) {
    if (find_error_code(error->error.code) != ErrorCode::not_found) throw *error;
    change = subject.watched.take(std::nullopt);
  } else if (const ReceivedReply& reply = std::get<Answer>(arrival.outcome).reply; reply.is_not_modified()) {
    was_held = arrival.round_trip >= held / 2;
  } else {
    change = subject.watched.take(reply.status());
    was_held = true;
  }
  if (change) {
    print(subject.watched.path(), *change);
    subject.pause.reset();
  }
  subject.due = steady_clock::now() + (was_held ? milliseconds(0) : subject.pause.next());
}

void Watch::print(const std::string& path, const Change& change) {
  const std::int64_t time = current_time();
  console_.print(console_.json() ? as_json(path, change, time)
                                 : as_text(console_.printable(path), change, time));
  ++changes_;
}

}  // namespace

ExitStatus run_command(const WatchOptions& options, Client& client, const Console& console) {
  return Watch(options, client, console).run();
}

}  // namespace filer
