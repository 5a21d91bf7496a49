#pragma once

#include "cli/commands/commands.hpp"
#include "tests/unit/cli/responder.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace filer::test {

constexpr ReplyStamp stamp{1, 42};

/// Runs a command against something that answers so, and gives what it printed; `status` is what it returned.
class CommandTest : public testing::Test {
 protected:
  template <class Command>
  std::string run(const Command& command, const Responder::Answer& answer, bool json = false) {
    using namespace std::chrono_literals;
    const Responder responder([&](const std::string& request) {
      requests.push_back(request);
      return answer(request);
    });
    endpoint = responder.endpoint();
    Client client({responder.endpoint()}, 20s);
    const Console console(json, Verbosity::normal);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    try {
      status = run_command(command, client, console);
    } catch (const CommandError& error) {
      status = error.status;
      message = error.what();
    } catch (const MalformedReply& error) {
      status = ExitStatus::failed;
      message = error.what();
    }
    told = testing::internal::GetCapturedStderr();
    return testing::internal::GetCapturedStdout();
  }

  ExitStatus status = ExitStatus::done;
  std::string message;  ///< of the error that was thrown
  std::string told;     ///< on standard error
  std::string endpoint;
  std::vector<std::string> requests;
};

}  // namespace filer::test
