#include "daemon/transport/spare_descriptor.hpp"

#include "daemon/transport/address.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

namespace filer {
namespace {

UniqueFileDescriptor connect_to(const std::string& text) {
  const Address address = parse_address(text);
  UniqueFileDescriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::connect(socket.get(), address.get(), address.length), 0);
  return socket;
}

/// Whether the other side ends a connection; waits for that.
bool is_ended(const UniqueFileDescriptor& socket) {
  char byte = 0;
  return ::read(socket.get(), &byte, 1) <= 0;
}

/// Takes every descriptor that this process may have, while it exists.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &limits_);
    const rlimit few{256, limits_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
    while (true) {
      UniqueFileDescriptor one(::open("/", O_PATH | O_CLOEXEC));
      if (!one.is_open()) return;
      taken_.push_back(std::move(one));
    }
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &limits_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit limits_{};
  std::vector<UniqueFileDescriptor> taken_;
};

class SpareDescriptorTest : public testing::Test {
 protected:
  SpareDescriptorTest() { listeners.emplace_back(BindConfig{"tcp://127.0.0.1:*", "here"}); }

  std::vector<Listener> listeners;
  SpareDescriptor spare;
};

TEST_F(SpareDescriptorTest, EndsWhatWaitsWhereNoDescriptorIsLeft) {
  for (int round = 0; round < 2; ++round) {
    const UniqueFileDescriptor first = connect_to(listeners[0].address());
    const UniqueFileDescriptor second = connect_to(listeners[0].address());
    const NoDescriptors none;
    EXPECT_EQ(spare.turn_away(listeners), 2U);
    EXPECT_TRUE(is_ended(first));
    EXPECT_TRUE(is_ended(second));
  }
}

TEST_F(SpareDescriptorTest, WaitsForNobody) {
  EXPECT_EQ(spare.turn_away(listeners), 0U);
}

}  // namespace
}  // namespace filer
