#include "daemon/systemd/service_manager.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

namespace filer::service_manager {

void ready(const std::string& status) {
  ::sd_notify(0, fmt::format("READY=1\nSTATUS={}", status).c_str());
}

void stopping() {
  ::sd_notify(0, "STOPPING=1\nSTATUS=Answering what was received, then stopping");
}

}  // namespace filer::service_manager
