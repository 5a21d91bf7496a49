#pragma once

#include "base/file_descriptor.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace filer {

/// The kernel's notice of changes, inotify(7). One thread.
class Inotify {
 public:
  /// The kernel's number for a watched file or directory.
  using Mark = int;

  struct Event {
    Mark mark = -1;         ///< -1: events were lost, anything may have changed
    std::string name;       ///< of the entry that it is about; empty: the marked one itself
    bool of_names = false;  ///< an entry came, went or got another name
  };

  /// Without an inotify descriptor (there is a limit to them) nothing can be marked.
  Inotify();

  /// Marks an open file or directory; the same one has one mark, however often it is marked.
  /// nullopt: the kernel or the user's limits do not allow it.
  [[nodiscard]] std::optional<Mark> mark(FileDescriptor file) const;

  void unmark(Mark mark) const noexcept;

  /// What has happened since the last time.
  [[nodiscard]] std::vector<Event> take() const;

  /// Readable while there is something to take. May be closed.
  [[nodiscard]] FileDescriptor events() const noexcept { return inotify_.borrow(); }

 private:
  UniqueFileDescriptor inotify_;
};

}  // namespace filer
