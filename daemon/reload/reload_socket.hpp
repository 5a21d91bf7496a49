#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/reload/verdict.hpp"

#include <string>

namespace filer {

/// Where a running service is asked to load its configuration again, and tells what became of it: a socket
/// file in the runtime directory that the service manager made, for its user and root alone. To connect is to
/// ask. What comes back is a line "applied" or "refused", and the lines of the verdict; then it ends.
///
/// The end of the daemon, whose main thread uses it.
class ReloadSocket {
 public:
  /// In $RUNTIME_DIRECTORY; nobody can ask where there is none, as in the foreground. Takes the place of the
  /// file that an earlier process left; the service manager removes the last one. Throws std::system_error.
  ReloadSocket();

  /// Readable while somebody asks. Closed where nobody can.
  [[nodiscard]] FileDescriptor event() const noexcept { return socket_.borrow(); }

  /// One who asks; closed: nobody does any more.
  [[nodiscard]] UniqueFileDescriptor accept() const;

 private:
  UniqueFileDescriptor socket_;
};

/// Tells one who asked, who may have gone. Does not wait.
void tell(FileDescriptor asker, const Verdict& verdict);

/// The other end: has the service that runs in $RUNTIME_DIRECTORY, or /run/zmq-filer, load its configuration
/// again, and waits for the verdict. Throws std::system_error where none answers.
[[nodiscard]] Verdict ask_for_reload();

}  // namespace filer
