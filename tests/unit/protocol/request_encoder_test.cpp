#include "protocol/request_encoder.hpp"

#include "protocol/request_decoder.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

TEST(RequestEncoder, WritesTheClassicRequest) {
  EXPECT_EQ(encode_classic_request("target.txt"), R"({"path":"target.txt"})");
}

TEST(RequestEncoder, WritesHello) {
  EXPECT_EQ(encode_hello_request(), R"({"op":"hello"})");
}

TEST(RequestEncoder, WritesPathsThatTheDecoderReadsBack) {
  RequestDecoder decoder(64 << 10);
  for (const char* path : {"a b", "it's \"x\"\\", "\x01\x1f\x7f", "日本/🦀", "{\"op\":\"hello\"}"}) {
    EXPECT_EQ(std::get<ClassicRequest>(decoder.decode(encode_classic_request(path))).path, path);
  }
}

}  // namespace
}  // namespace filer
