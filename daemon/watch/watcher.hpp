#pragma once

#include "daemon/files/file_store.hpp"
#include "daemon/watch/inotify.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace filer {

/// Notices when locations no longer lead to what they led to. The kernel's events say where to look; what
/// they cannot tell (a file system over a network, a symbolic link on the way, a directory further up that is
/// moved) is looked at now and then. One thread.
class Watcher {
 public:
  explicit Watcher(const FileStore& files) : files_(files) {}

  struct Changes {
    std::vector<Location> changed;  ///< lead to something else now
    std::vector<Location> unknown;  ///< to be looked at where that may block
  };

  /// From now on, take_changes() tells when the location leads to anything but a file with this etag, even if
  /// it does already. Watched already: with the etag it was watched for.
  void watch(const Location& location, const std::string& etag);

  void forget(const Location& location);

  /// They stay watched.
  [[nodiscard]] Changes take_changes();

  /// Readable when take_changes() has something to look at. May be closed.
  [[nodiscard]] FileDescriptor events() const noexcept { return inotify_.events(); }

  /// How long until take_changes() has something to look at without an event; nullopt: for ever.
  [[nodiscard]] std::optional<std::chrono::milliseconds> time_to_check() const;

 private:
  using Clock = std::chrono::steady_clock;
  using Mark = Inotify::Mark;

  struct Watch {
    std::string etag;
    std::optional<Mark> itself, parent;
    std::string name;  ///< in the parent
    Clock::duration interval;
    Clock::time_point next_check;
  };
  using Watches = std::map<Location, Watch>;

  bool arm(Watches::iterator watch);
  void disarm(Watches::iterator watch);
  void subscribe(Mark mark, Watches::iterator watch);
  void unsubscribe(Mark mark, Watches::iterator watch);
  void schedule(Watches::iterator watch, Clock::time_point when);
  void suspect(const Inotify::Event& event);
  void suspect_all();
  void look_at(const Location& location, const Watch& watch, Changes& changes) const;

  const FileStore& files_;
  Inotify inotify_;
  Watches watches_;
  std::unordered_map<Mark, std::set<const Location*>> subscribers_;  ///< never empty
  std::set<std::pair<Clock::time_point, const Location*>> checks_;   ///< one for each watch
};

}  // namespace filer
