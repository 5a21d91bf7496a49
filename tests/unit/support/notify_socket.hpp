#pragma once

#include "base/file_descriptor.hpp"
#include "tests/unit/support/environment.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <string>

namespace filer::test {

/// A service manager's end of sd_notify(3), for as long as it exists.
class NotifySocket {
 public:
  NotifySocket();

  struct Message {
    std::string text;  ///< "": none came
    UniqueFileDescriptor descriptor;
  };

  /// The next that was said, waited for for so long (ms).
  [[nodiscard]] Message hear(int most_milliseconds = 0) const;

 private:
  TempDirectory directory_;
  UniqueFileDescriptor socket_;
  EnvironmentVariable variable_{"NOTIFY_SOCKET", directory_ / "notify"};
};

}  // namespace filer::test
