#pragma once

#include "base/file_descriptor.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

namespace filer::test {

/// A TCP port of this host: taken by a socket that accepts and says nothing, or by nobody.
class SilentPort {
 public:
  enum class Kind { accepts, refuses };

  explicit SilentPort(Kind kind) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_.get(), generic, size), 0);
    if (kind == Kind::accepts) {
      EXPECT_EQ(::listen(socket_.get(), 16), 0);
    }
    EXPECT_EQ(::getsockname(socket_.get(), generic, &size), 0);
    endpoint_ = "tcp://127.0.0.1:" + std::to_string(::ntohs(address.sin_port));
  }

  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }

 private:
  UniqueFileDescriptor socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::string endpoint_;
};

}  // namespace filer::test
