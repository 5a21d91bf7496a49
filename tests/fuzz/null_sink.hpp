#pragma once

#include "daemon/log/log_sink.hpp"

namespace filer::fuzz {

class NullSink : public LogSink {
 public:
  bool write(const LogEntry&) override { return true; }
};

}  // namespace filer::fuzz
