#include "cli/endpoint_form.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

TEST(EndpointForm, IsTcpOrIpc) {
  for (const char* endpoint : {"tcp://a:1", "tcp://127.0.0.1:65535", "tcp://[::1]:60401",
                               "tcp://[fe80::1%eth0]:1", "ipc:///run/x.sock", "ipc://@abstract"}) {
    EXPECT_TRUE(is_endpoint(endpoint)) << endpoint;
  }
  for (const char* endpoint : {"", "tcp", "tcp://", "tcp://:1", "tcp://a", "tcp://a:", "tcp://::1:1",
                               "tcp://[::1:1", "tcp://[]x:1", "ipc://relative", "udp://a:1"}) {
    EXPECT_FALSE(is_endpoint(endpoint)) << endpoint;
  }
}

TEST(EndpointForm, HasAPortInItsOnlySpelling) {
  for (const char* port : {"0", "00", "01", "060401", "65536", "+1", "-1", "1x", "0x1"}) {
    EXPECT_FALSE(is_endpoint(std::string("tcp://a:") + port)) << port;
  }
}

TEST(EndpointForm, HasNoBlanksAndNoControlCharacters) {
  for (const char c : {' ', '\t', '\n', '\r', '\x01', '\x7f', '\0'}) {
    EXPECT_FALSE(is_endpoint(std::string("ipc:///tmp/a") + c + "b")) << static_cast<int>(c);
    EXPECT_FALSE(is_endpoint(std::string("tcp://a") + c + "b:1")) << static_cast<int>(c);
  }
}

TEST(EndpointForm, NamesNoAddressToConnectFrom) {
  EXPECT_FALSE(is_endpoint("tcp://lo;127.0.0.1:1"));
  EXPECT_FALSE(is_endpoint("tcp://[::1]:0;127.0.0.1:1"));
  EXPECT_FALSE(is_endpoint("tcp://[::1;::1]:1"));
}

TEST(CanonicalEndpoint, IsTheSameForAllSpellings) {
  for (const char* host : {"127.0.0.1", "localhost", "LocalHost", "localhost.", "[localhost]", "127.1",
                           "0x7f.0.0.1", "2130706433", "[127.0.0.1]", "[::ffff:127.0.0.1]"}) {
    EXPECT_EQ(canonical_endpoint(std::string("tcp://") + host + ":1"), "tcp://127.0.0.1:1") << host;
  }
  EXPECT_EQ(canonical_endpoint("tcp://[0:0::0001]:1"), canonical_endpoint("tcp://[::1]:1"));
  EXPECT_EQ(canonical_endpoint("tcp://Robot7.Example.:1"), "tcp://robot7.example:1");
}

TEST(CanonicalEndpoint, TellsEndpointsApart) {
  EXPECT_NE(canonical_endpoint("tcp://127.0.0.1:1"), canonical_endpoint("tcp://127.0.0.1:2"));
  EXPECT_NE(canonical_endpoint("tcp://127.0.0.1:1"), canonical_endpoint("tcp://127.0.0.2:1"));
  EXPECT_NE(canonical_endpoint("tcp://[::1]:1"), canonical_endpoint("tcp://[::2]:1"));
  EXPECT_EQ(canonical_endpoint("ipc:///run/A.sock"), "ipc:///run/A.sock");
}

}  // namespace
}  // namespace filer
