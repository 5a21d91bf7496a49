#pragma once

#include "daemon/handler/handler.hpp"
#include "daemon/transport/message.hpp"

namespace filer {

/// A request that was taken and is not answered yet: what it asks, and where its reply goes.
struct PendingRequest {
  Envelope envelope;
  Task task;
};

}  // namespace filer
