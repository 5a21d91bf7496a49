#pragma once

#include "daemon/handler/handler.hpp"
#include "tests/unit/daemon/files/served_root.hpp"
#include "tests/unit/daemon/in_force.hpp"
#include "tests/unit/support/recording_sink.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace filer::test {

/// A handler over a root with a few files, and everything it logs.
class HandlerTest : public testing::Test {
 protected:
  HandlerTest();
  ~HandlerTest() override;

  [[nodiscard]] std::string handle(std::string_view request);

  /// The code of the error that a request is refused with; "content" or "ok" for one that is not.
  [[nodiscard]] std::string outcome(std::string_view request);

  [[nodiscard]] std::string message_for(std::string_view request);

  /// The one entry that the requests so far have led to.
  [[nodiscard]] LogEntry logged();

  ServedRoot served;
  std::shared_ptr<Recording> recording = std::make_shared<Recording>();
  Logger logger{LogConfig{LogLevel::debug, LogRequests::all, 0, 0}, Recording::make_sink(recording)};
  FileStore files = served.open();
  Limits limits;
  Peer peer{"192.0.2.7", ""};
  Statistics statistics;
  AccessTable access;
  Handler handler{in_force(limits), files, access, statistics, logger};
};

}  // namespace filer::test
