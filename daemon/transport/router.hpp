#pragma once

#include "daemon/config/config.hpp"

#include <zmq.hpp>

namespace filer {

/// Sets everything that must be set before a listening socket is bound.
void set_router_options(zmq::socket_t& router, const Limits& limits);

}  // namespace filer
