#include "daemon/access/address_range.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace filer {
namespace {

bool contains(const std::string& range, const std::string& address) {
  return AddressRange(range).contains(parse_ip_address(address).value());
}

std::string problem_with(const std::string& range) {
  try {
    const AddressRange parsed(range);
    return "none";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

TEST(AddressRange, IsOneAddressOrANetwork) {
  EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(contains("192.0.2.7", "192.0.2.8"));
  EXPECT_TRUE(contains("192.0.2.0/24", "192.0.2.255"));
  EXPECT_FALSE(contains("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(contains("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(contains("192.0.2.128/25", "192.0.2.100"));
  EXPECT_TRUE(contains("192.0.2.6/31", "192.0.2.7"));
  EXPECT_FALSE(contains("192.0.2.6/31", "192.0.2.8"));
  EXPECT_TRUE(contains("2001:db8::/32", "2001:db8:ffff::1"));
  EXPECT_FALSE(contains("2001:db8::/32", "2001:db9::1"));
  EXPECT_TRUE(contains("2001:db8::1", "2001:0db8:0::0001"));
}

TEST(AddressRange, MayBeAllOfOneFamily) {
  EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(contains("::/0", "2001:db8::1"));
  EXPECT_FALSE(contains("::/0", "203.0.113.9"));
}

TEST(AddressRange, KnowsIpv4BehindIpv6Sockets) {
  EXPECT_TRUE(contains("192.0.2.0/24", "::ffff:192.0.2.7"));
  EXPECT_TRUE(contains("::ffff:192.0.2.0/120", "192.0.2.7"));
}

TEST(AddressRange, OverlooksTheScopeOfAPeer) {
  EXPECT_TRUE(contains("fe80::/10", "fe80::1%eth0"));
  EXPECT_NE(problem_with("fe80::1%eth0"), "none");
}

TEST(AddressRange, RefusesWhatIsNone) {
  for (const std::string text :
       {"", "/", "localhost", "192.0.2", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/2 4",
        "192.0.2.0/24/", "2001:db8::/129", "192.0.2.256", " 192.0.2.7", "[::1]", "ipc:1234"}) {
    EXPECT_EQ(problem_with(text),
              "expected an IP address, or a network such as 192.0.2.0/24 or 2001:db8::/32")
        << text;
  }
  using namespace std::string_literals;
  EXPECT_NE(problem_with("192.0.2.7\0"s), "none");
}

TEST(AddressRange, RefusesANetworkThatIsWiderThanItsAddressSays) {
  for (const char* text : {"192.0.2.7/24", "192.0.2.0/8", "10.0.0.1/0", "2001:db8::1/32"}) {
    EXPECT_EQ(problem_with(text), "the address has bits behind those that name the network") << text;
  }
}

TEST(IpAddress, IsNumericOrNone) {
  EXPECT_FALSE(parse_ip_address("ipc:4711"));
  EXPECT_FALSE(parse_ip_address(""));
  EXPECT_FALSE(parse_ip_address(std::string(1000, '1')));
}

}  // namespace
}  // namespace filer
