#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/handler/handler.hpp"
#include "daemon/transport/message.hpp"
#include "protocol/reply.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace filer {

/// A task that another thread does.
struct SlowTask {
  Task task;
  Envelope envelope;
  Reply reply;  ///< once it is done
};

/// Where other threads leave what they have done for the thread that owns the socket.
class Mailbox {
 public:
  /// Throws std::system_error.
  Mailbox();

  /// Any thread.
  void put(std::shared_ptr<SlowTask> done);

  /// What was put since the last time. The owner's thread.
  [[nodiscard]] std::vector<std::shared_ptr<SlowTask>> take();

  /// Readable while there is something to take.
  [[nodiscard]] FileDescriptor event() const noexcept { return event_.borrow(); }

 private:
  UniqueFileDescriptor event_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<SlowTask>> done_;
};

}  // namespace filer
