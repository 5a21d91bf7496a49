#pragma once

#include <stdexcept>
#include <string>

namespace filer {

/// What zmq-filer exits with; scripts branch on these.
enum class ExitStatus {
  done = 0,
  failed = 1,       ///< the daemon answered with another error, or this host failed
  usage = 2,        ///< the command line or a settings file is wrong
  not_found = 3,    ///< there is no such file
  refused = 4,      ///< outside_root, access_denied, or the keys do not match
  unreachable = 5,  ///< nobody there, or no answer in time
  changed = 6,      ///< the file changed while it was read
  interrupted = 130
};

/// Ends a command: what happened, what to try, and what to exit with.
class CommandError : public std::runtime_error {
 public:
  CommandError(ExitStatus exit_status, const std::string& message, std::string next_step = {})
      : std::runtime_error(message), status(exit_status), hint(std::move(next_step)) {}

  ExitStatus status;
  std::string hint;  ///< may be empty
};

}  // namespace filer
