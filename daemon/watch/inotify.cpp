#include "daemon/watch/inotify.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>

namespace filer {
namespace {

constexpr std::uint32_t names_change = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
constexpr std::uint32_t anything = names_change | IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF;

Inotify::Event event_from(const inotify_event& event) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) return {};
  return {event.wd, event.len > 0 ? event.name : "", (event.mask & names_change) != 0};
}

}  // namespace

Inotify::Inotify() : inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

std::optional<Inotify::Mark> Inotify::mark(FileDescriptor file) const {
  // There is no call that takes a descriptor; the link in /proc leads to what it stands for, by no other
  // path.
  const std::string path = fmt::format("/proc/self/fd/{}", file.get());
  const Mark mark = ::inotify_add_watch(inotify_.get(), path.c_str(), anything);
  return mark < 0 ? std::nullopt : std::optional(mark);
}

void Inotify::unmark(Mark mark) const noexcept {
  // Fails where the marked file is gone, and its mark with it.
  (void)::inotify_rm_watch(inotify_.get(), mark);
}

std::vector<Inotify::Event> Inotify::take() const {
  std::vector<Event> events;
  alignas(inotify_event) std::array<char, 16384> buffer;
  while (true) {
    const ssize_t filled = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (filled <= 0) return events;
    for (ssize_t at = 0; at < filled;) {
      const auto& event = *reinterpret_cast<const inotify_event*>(buffer.data() + at);
      at += static_cast<ssize_t>(sizeof event + event.len);
      events.push_back(event_from(event));
    }
  }
}

}  // namespace filer
