#include "daemon/systemd/service_manager.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <cstdint>
#include <cstdlib>

namespace filer::service_manager {

bool is_there() {
  return std::getenv("NOTIFY_SOCKET") != nullptr;
}

void ready(const std::string& status) {
  ::sd_notify(0, fmt::format("READY=1\nSTATUS={}", status).c_str());
}

void reloading() {
  using std::chrono::microseconds;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();  // CLOCK_MONOTONIC
  const auto time = std::chrono::duration_cast<microseconds>(now).count();
  ::sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", time).c_str());
}

void stopping(std::chrono::microseconds time) {
  ::sd_notify(0, "STOPPING=1\nSTATUS=Answering what was received, then stopping");
  extend_timeout(time);
}

bool keep(FileDescriptor socket, const std::string& name) {
  const int descriptor = socket.get();
  const auto message = fmt::format("FDSTORE=1\nFDNAME={}", name);
  return ::sd_pid_notify_with_fds(0, 0, message.c_str(), &descriptor, 1) > 0;
}

void wait_until_told() {
  constexpr std::uint64_t most_microseconds = 5'000'000;
  ::sd_notify_barrier(0, most_microseconds);
}

void forget(const std::string& name) {
  ::sd_notify(0, fmt::format("FDSTOREREMOVE=1\nFDNAME={}", name).c_str());
  wait_until_told();
}

void alive() {
  ::sd_notify(0, "WATCHDOG=1");
}

void tell(const std::string& status) {
  ::sd_notify(0, fmt::format("STATUS={}", status).c_str());
}

void extend_timeout(std::chrono::microseconds time) {
  ::sd_notify(0, fmt::format("EXTEND_TIMEOUT_USEC={}", time.count()).c_str());
}

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

}  // namespace filer::service_manager
