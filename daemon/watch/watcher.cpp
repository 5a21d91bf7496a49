#include "daemon/watch/watcher.hpp"

#include <algorithm>
#include <exception>

namespace filer {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How often to look at what the kernel tells no events of, and at what it tells nearly all of.
constexpr milliseconds polling_interval{500};
constexpr milliseconds reassurance_interval{10000};
constexpr milliseconds grid{250};

/// When to look again: with many watches, at the same moments, so that there are few of them.
steady_clock::time_point next_look(steady_clock::duration interval) {
  const auto time = steady_clock::now() + interval;
  return time - time.time_since_epoch() % grid;
}

}  // namespace

void Watcher::watch(const Location& location, const std::string& etag) {
  const auto [watch, is_new] = watches_.try_emplace(location);
  if (!is_new) return;
  watch->second.etag = etag;
  const bool is_armed = arm(watch);
  // What changed before the kernel was asked has no event. What must be polled was looked at just now.
  watch->second.next_check = is_armed ? Clock::now() : next_look(polling_interval);
  checks_.emplace(watch->second.next_check, &watch->first);
}

void Watcher::forget(const Location& location) {
  const auto watch = watches_.find(location);
  if (watch == watches_.end()) return;
  disarm(watch);
  checks_.erase({watch->second.next_check, &watch->first});
  watches_.erase(watch);
}

/// Asks the kernel for events. False: it cannot tell of this location, not even what it leads to now.
bool Watcher::arm(Watches::iterator watch) {
  Watch& armed = watch->second;
  armed.interval = polling_interval;
  try {
    const WatchPoints points = files_.watch_points(watch->first);
    armed.name = points.name;
    armed.itself = inotify_.mark(points.itself.borrow());
    if (armed.itself) subscribe(*armed.itself, watch);
    if (points.parent.is_open()) armed.parent = inotify_.mark(points.parent.borrow());
    if (armed.parent) subscribe(*armed.parent, watch);
    const bool all_marked = armed.itself && (armed.parent || !points.parent.is_open());
    if (points.tell_all && all_marked) armed.interval = reassurance_interval;
  } catch (const WouldBlock&) {
    return false;
  } catch (const std::exception&) {
    // It has gone or changed: the check that follows finds out.
  }
  return true;
}

void Watcher::disarm(Watches::iterator watch) {
  Watch& armed = watch->second;
  if (armed.itself) unsubscribe(*armed.itself, watch);
  if (armed.parent) unsubscribe(*armed.parent, watch);
}

void Watcher::subscribe(Mark mark, Watches::iterator watch) {
  subscribers_[mark].insert(&watch->first);
}

void Watcher::unsubscribe(Mark mark, Watches::iterator watch) {
  const auto subscribers = subscribers_.find(mark);
  if (subscribers == subscribers_.end()) return;
  subscribers->second.erase(&watch->first);
  if (!subscribers->second.empty()) return;
  subscribers_.erase(subscribers);
  inotify_.unmark(mark);
}

void Watcher::schedule(Watches::iterator watch, Clock::time_point when) {
  checks_.erase({watch->second.next_check, &watch->first});
  watch->second.next_check = when;
  checks_.emplace(when, &watch->first);
}

void Watcher::suspect(const Inotify::Event& event) {
  const auto subscribers = subscribers_.find(event.mark);
  if (subscribers == subscribers_.end()) return;
  const auto now = Clock::now();
  for (const Location* location : subscribers->second) {
    const auto watch = watches_.find(*location);
    const Watch& armed = watch->second;
    const bool of_itself = armed.itself == event.mark && (event.name.empty() || event.of_names);
    const bool of_its_name = armed.parent == event.mark && (event.name.empty() || event.name == armed.name);
    if (of_itself || of_its_name) schedule(watch, std::min(now, armed.next_check));
  }
}

void Watcher::suspect_all() {
  const auto now = Clock::now();
  for (auto watch = watches_.begin(); watch != watches_.end(); ++watch) {
    schedule(watch, std::min(now, watch->second.next_check));
  }
}

Watcher::Changes Watcher::take_changes() {
  for (const Inotify::Event& event : inotify_.take()) {
    if (event.mark < 0) {
      suspect_all();
    } else {
      suspect(event);
    }
  }
  Changes changes;
  const auto now = Clock::now();
  while (!checks_.empty() && checks_.begin()->first <= now) {
    const auto watch = watches_.find(*checks_.begin()->second);
    look_at(watch->first, watch->second, changes);
    schedule(watch, next_look(watch->second.interval));
  }
  return changes;
}

void Watcher::look_at(const Location& location, const Watch& watch, Changes& changes) const {
  try {
    if (files_.status(location, Access::cached).etag != watch.etag) changes.changed.push_back(location);
  } catch (const WouldBlock&) {
    changes.unknown.push_back(location);
  } catch (const std::exception&) {
    changes.changed.push_back(location);  // gone, or no longer to be had: whoever waits for it is told
  }
}

std::optional<milliseconds> Watcher::time_to_check() const {
  if (checks_.empty()) return std::nullopt;
  const auto left = std::chrono::ceil<milliseconds>(checks_.begin()->first - Clock::now());
  return std::max(left, milliseconds(0));
}

}  // namespace filer
