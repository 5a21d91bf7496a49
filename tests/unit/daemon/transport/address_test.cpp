#include "daemon/transport/address.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace filer {
namespace {

using namespace std::string_literals;

/// A parsed address in ZeroMQ's notation again, or what parse_address() has against it.
std::string round_trip(std::string_view text) {
  try {
    const Address address = parse_address(text);
    return format_address(address.socket_address, address.length);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

const std::string expected_form = "expected tcp://ADDRESS:PORT with a numeric address, or ipc:///PATH";
const std::string expected_port = "expected a port from 1 to 65535, or * for a free one";

TEST(Address, ReadsIpv4) {
  EXPECT_EQ(round_trip("tcp://127.0.0.1:60401"), "tcp://127.0.0.1:60401");
  EXPECT_EQ(round_trip("tcp://192.0.2.1:1"), "tcp://192.0.2.1:1");
  EXPECT_EQ(round_trip("tcp://0.0.0.0:65535"), "tcp://0.0.0.0:65535");
}

TEST(Address, ReadsIpv6) {
  EXPECT_EQ(round_trip("tcp://[::1]:60401"), "tcp://[::1]:60401");
  EXPECT_EQ(round_trip("tcp://[2001:DB8:0::1]:7"), "tcp://[2001:db8::1]:7");
  EXPECT_EQ(round_trip("tcp://[::]:7"), "tcp://[::]:7");
}

TEST(Address, ReadsTheTwoNamesThatNeedNoNameServer) {
  EXPECT_EQ(round_trip("tcp://*:60401"), "tcp://0.0.0.0:60401");
  EXPECT_EQ(round_trip("tcp://localhost:60401"), "tcp://127.0.0.1:60401");
}

TEST(Address, ReadsAnyFreePort) {
  EXPECT_EQ(round_trip("tcp://127.0.0.1:*"), "tcp://127.0.0.1:0");
}

TEST(Address, ReadsIpc) {
  EXPECT_EQ(round_trip("ipc:///run/x.sock"), "ipc:///run/x.sock");
  EXPECT_EQ(parse_address("ipc:///run/x.sock").ipc_path, "/run/x.sock");
}

TEST(Address, ReadsAbstractIpcNamesWhichHaveNoFile) {
  EXPECT_EQ(round_trip("ipc://@zmq-filer"), "ipc://@zmq-filer");
  EXPECT_EQ(parse_address("ipc://@zmq-filer").ipc_path, "");
}

TEST(Address, HasRoomForALongIpcPath) {
  const std::string longest = "/" + std::string(106, 'x');
  EXPECT_EQ(round_trip("ipc://" + longest), "ipc://" + longest);
  EXPECT_EQ(round_trip("ipc://" + longest + "x"), "expected at most 107 characters after ipc://");
  EXPECT_EQ(round_trip("ipc://@" + longest.substr(1)), "ipc://@" + longest.substr(1));
  EXPECT_EQ(round_trip("ipc://@" + longest), "expected at most 107 characters after ipc://");
}

TEST(Address, RefusesOtherTransports) {
  for (const auto& text : {""s, "127.0.0.1:1"s, "udp://127.0.0.1:1"s, "inproc://x"s, "TCP://127.0.0.1:1"s,
                           " tcp://*:1"s, "tcp:/127.0.0.1:1"s, "ipc:/x"s}) {
    EXPECT_EQ(round_trip(text), expected_form) << text;
  }
}

TEST(Address, RefusesNamesAndWhatIsNoAddress) {
  for (const auto& text :
       {"tcp://"s, "tcp://127.0.0.1"s, "tcp://example.com:1"s, "tcp://eth0:1"s, "tcp://:1"s,
        "tcp://127.0.0.1.1:1"s, "tcp://127.1:1"s, "tcp://0x7f000001:1"s, "tcp://::1:1"s, "tcp://[]:1"s,
        "tcp://[127.0.0.1]:1"s, "tcp://[::1%lo]:1"s, "tcp://[::1:1"s, "tcp:// 127.0.0.1:1"s,
        "tcp://127.0.0.1;127.0.0.1:1"s, "tcp://LOCALHOST:1"s}) {
    EXPECT_EQ(round_trip(text), expected_form) << text;
  }
}

TEST(Address, RefusesOtherPorts) {
  for (const auto& port :
       {""s, "0"s, "65536"s, "-1"s, "+1"s, " 1"s, "1 "s, "1x"s, "http"s, "!"s, "**"s, "99999999999999"s}) {
    EXPECT_EQ(round_trip("tcp://127.0.0.1:" + port), expected_port) << port;
  }
}

TEST(Address, RefusesIpcWithoutAnAbsolutePath) {
  for (const auto& text : {"ipc://"s, "ipc://x.sock"s, "ipc://./x"s, "ipc://*"s, "ipc://@"s}) {
    EXPECT_EQ(round_trip(text),
              "expected ipc:// with an absolute path, or ipc://@NAME for an abstract socket")
        << text;
  }
}

TEST(Address, RefusesANul) {
  EXPECT_EQ(round_trip("tcp://127.0.0.1\0:1"s), expected_form);
  EXPECT_EQ(round_trip("ipc:///run/x\0y"s), expected_form);
}

TEST(Address, KnowsWhatOnlyThisHostReaches) {
  for (const char* text : {"tcp://127.0.0.1:1", "tcp://127.255.255.254:1", "tcp://localhost:1",
                           "tcp://[::1]:1", "ipc:///run/x", "ipc://@x"}) {
    EXPECT_TRUE(parse_address(text).is_local()) << text;
  }
}

TEST(Address, KnowsWhatOtherHostsReach) {
  for (const char* text :
       {"tcp://0.0.0.0:1", "tcp://*:1", "tcp://[::]:1", "tcp://192.0.2.1:1", "tcp://126.255.255.255:1",
        "tcp://128.0.0.1:1", "tcp://[fe80::1]:1", "tcp://[::ffff:127.0.0.1]:1"}) {
    EXPECT_FALSE(parse_address(text).is_local()) << text;
  }
}

bool exclude_each_other(const std::string& one, const std::string& other) {
  const bool excludes = parse_address(one).excludes(parse_address(other));
  EXPECT_EQ(parse_address(other).excludes(parse_address(one)), excludes) << one << " " << other;
  return excludes;
}

TEST(Address, ExcludesTheSameUnderAnotherNameAndEveryAddressWithItsPort) {
  EXPECT_TRUE(exclude_each_other("tcp://localhost:1", "tcp://127.0.0.1:1"));
  EXPECT_TRUE(exclude_each_other("tcp://*:1", "tcp://127.0.0.1:1"));
  EXPECT_TRUE(exclude_each_other("tcp://[::]:1", "tcp://[::1]:1"));
  EXPECT_TRUE(exclude_each_other("ipc:///a", "ipc:///a"));
}

TEST(Address, ExcludesNoOther) {
  EXPECT_FALSE(exclude_each_other("tcp://127.0.0.1:1", "tcp://127.0.0.1:2"));
  EXPECT_FALSE(exclude_each_other("tcp://127.0.0.1:1", "tcp://127.0.0.2:1"));
  EXPECT_FALSE(exclude_each_other("tcp://*:1", "tcp://[::]:1"));  // which is for IPv6 alone
  EXPECT_FALSE(exclude_each_other("tcp://*:*", "tcp://127.0.0.1:*"));
  EXPECT_FALSE(exclude_each_other("ipc:///a", "ipc:///ab"));
  EXPECT_FALSE(exclude_each_other("ipc:///a", "ipc://@a"));
  EXPECT_FALSE(exclude_each_other("ipc:///a", "tcp://127.0.0.1:1"));
}

}  // namespace
}  // namespace filer
