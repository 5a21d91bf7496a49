#include "daemon/systemd/service_manager.hpp"

#include "base/file_descriptor.hpp"
#include "tests/unit/support/environment.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <string>

namespace filer {
namespace {

/// What a service manager hears on its notification socket.
class ServiceManager : public testing::Test {
 protected:
  ServiceManager() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = directory_ / "notify";
    EXPECT_LT(path.size(), sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size());
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }

  [[nodiscard]] std::string heard() const {
    std::string text(4096, '\0');
    const ssize_t size = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
  }

 private:
  test::TempDirectory directory_;
  UniqueFileDescriptor socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  test::EnvironmentVariable variable_{"NOTIFY_SOCKET", directory_ / "notify"};
};

TEST_F(ServiceManager, HearsThatTheDaemonIsReadyAndWhatItDoes) {
  service_manager::ready("serving '/srv'");
  EXPECT_EQ(heard(), "READY=1\nSTATUS=serving '/srv'");
}

TEST_F(ServiceManager, HearsThatTheDaemonStops) {
  service_manager::stopping();
  EXPECT_TRUE(heard().starts_with("STOPPING=1\nSTATUS="));
}

TEST(WithoutServiceManager, NothingHappens) {
  const test::EnvironmentVariable variable("NOTIFY_SOCKET", std::nullopt);
  service_manager::ready("serving");
  service_manager::stopping();
}

}  // namespace
}  // namespace filer
