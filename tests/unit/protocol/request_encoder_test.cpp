#include "protocol/request_encoder.hpp"

#include "protocol/request_decoder.hpp"
#include "tests/unit/support/random_bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <tuple>

namespace filer {
namespace {

using namespace std::string_literals;

TEST(RequestEncoder, WritesTheClassicRequest) {
  EXPECT_EQ(encode_request(ClassicRequest{"target.txt"}), R"({"path":"target.txt"})");
}

TEST(RequestEncoder, WritesRequestsWithoutMembers) {
  EXPECT_EQ(encode_request(HelloRequest{}), R"({"op":"hello"})");
  EXPECT_EQ(encode_request(StatsRequest{}), R"({"op":"stats"})");
}

TEST(RequestEncoder, LeavesOutWhatHoldsAnyway) {
  const Target target{std::nullopt, "a"};
  EXPECT_EQ(encode_request(GetRequest{target, 0, {}, Encoding::raw, {}, {}, false}),
            R"({"op":"get","path":"a"})");
  EXPECT_EQ(encode_request(StatRequest{target, {}}), R"({"op":"stat","path":"a"})");
  EXPECT_EQ(encode_request(ListRequest{target, {}, {}, {}}), R"({"op":"list","path":"a"})");
  EXPECT_EQ(encode_request(DigestRequest{target, 0, {}, {}}), R"({"op":"digest","path":"a"})");
}

TEST(RequestEncoder, WritesEveryMember) {
  const Target target{"logs", "a"};
  EXPECT_EQ(encode_request(GetRequest{target, 1, 0, Encoding::base64, "x", {"y", 2}, true}),
            R"({"op":"get","root":"logs","path":"a","offset":1,"length":0,"encoding":"base64",)"
            R"("if_match":"x","if_none_match":"y","wait_ms":2,"digest":true})");
  EXPECT_EQ(encode_request(StatRequest{target, {"", 3}}),
            R"({"op":"stat","root":"logs","path":"a","if_none_match":"","wait_ms":3})");
  EXPECT_EQ(encode_request(ListRequest{target, "c", 4, {"y", 0}}),
            R"({"op":"list","root":"logs","path":"a","after":"c","limit":4,"if_none_match":"y"})");
  EXPECT_EQ(encode_request(DigestRequest{target, 5, 6, 7}),
            R"({"op":"digest","root":"logs","path":"a","offset":5,"length":6,"chunk":7})");
}

TEST(RequestEncoder, WritesAPathThatIsNotUtf8AsBase64) {
  EXPECT_EQ(encode_request(StatRequest{{std::nullopt, "bad\xff"}, {}}),
            R"({"op":"stat","path_base64":"YmFk/w=="})");
}

TEST(RequestEncoder, WritesPathsThatTheDecoderReadsBack) {
  RequestDecoder decoder(64 << 10);
  for (const char* path : {"a b", "it's \"x\"\\", "\x01\x1f\x7f", "日本/🦀", "{\"op\":\"hello\"}"}) {
    const Request request = decoder.decode(encode_request(ClassicRequest{path}));
    EXPECT_EQ(std::get<ClassicRequest>(request).path, path);
  }
}

/// All that a request says, to be compared.
auto members_of(const IfNoneMatch& condition) {
  return std::tie(condition.etag, condition.wait_ms);
}

auto members_of(const Target& target) {
  return std::tie(target.root, target.path);
}

auto members_of(const ClassicRequest& classic) {
  return std::tie(classic.path);
}

auto members_of(const HelloRequest&) {
  return std::tuple<>();
}

auto members_of(const StatsRequest&) {
  return std::tuple<>();
}

auto members_of(const GetRequest& get) {
  return std::tuple_cat(members_of(get.target), std::tie(get.offset, get.length, get.encoding, get.if_match),
                        members_of(get.if_none_match), std::tie(get.digest));
}

auto members_of(const StatRequest& stat) {
  return std::tuple_cat(members_of(stat.target), members_of(stat.if_none_match));
}

auto members_of(const ListRequest& list) {
  return std::tuple_cat(members_of(list.target), std::tie(list.after, list.limit),
                        members_of(list.if_none_match));
}

auto members_of(const DigestRequest& digest) {
  return std::tuple_cat(members_of(digest.target), std::tie(digest.offset, digest.length, digest.chunk));
}

/// Requests of every kind with any members, each sense of "not set" among them.
class RandomRequests {
 public:
  ClassicRequest classic() { return {utf8_path()}; }

  GetRequest get() {
    constexpr Encoding encodings[] = {Encoding::raw, Encoding::utf8, Encoding::base64};
    return {target(), number(), maybe_number(), encodings[random_.below(3)], text(), condition(), flip()};
  }

  StatRequest stat() { return {target(), condition()}; }

  ListRequest list() { return {target(), text(), at_least_one(), condition()}; }

  DigestRequest digest() { return {target(), number(), maybe_number(), at_least_one()}; }

 private:
  bool flip() { return random_.below(2) == 0; }

  /// Any bytes but NUL, many of them UTF-8 and many not.
  std::string path() {
    if (flip()) return utf8_path();
    std::string bytes = random_.next(1 + random_.below(300));
    std::replace(bytes.begin(), bytes.end(), '\0', '/');
    return bytes;
  }

  std::string utf8_path() { return random_.next(1 + random_.below(40), "a/.\n\"\\\x01\x7f ") + "é日🦀"; }

  Target target() { return {text(), path()}; }

  std::optional<std::string> text() {
    if (flip()) return std::nullopt;
    return random_.next(random_.below(80), "0123456789abcdef-.\"\\\t\0"s);
  }

  std::uint64_t number() {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    constexpr std::uint64_t edges[] = {0, 1, 1ULL << 31, 1ULL << 53, 1ULL << 63, most};
    return flip() ? edges[random_.below(std::size(edges))] : random_.below(1 << 20);
  }

  std::optional<std::uint64_t> maybe_number() {
    return flip() ? std::nullopt : std::optional<std::uint64_t>(number());
  }

  std::optional<std::uint64_t> at_least_one() {
    const auto value = maybe_number();
    return value ? std::optional<std::uint64_t>(std::max<std::uint64_t>(*value, 1)) : std::nullopt;
  }

  IfNoneMatch condition() {
    IfNoneMatch condition;
    condition.etag = text();
    if (condition.etag) condition.wait_ms = number();
    return condition;
  }

  test::RandomBytes random_;
};

template <class OpRequest>
void expect_round_trip(RequestDecoder& decoder, const OpRequest& request) {
  const std::string bytes = encode_request(request);
  const Request decoded = decoder.decode(bytes);
  ASSERT_TRUE(std::holds_alternative<OpRequest>(decoded)) << bytes;
  ASSERT_EQ(members_of(std::get<OpRequest>(decoded)), members_of(request)) << bytes;
}

TEST(RequestEncoder, WritesAnyRequestSoThatTheDecoderReadsItBack) {
  RequestDecoder decoder(64 << 10);
  RandomRequests random;
  expect_round_trip(decoder, HelloRequest{});
  expect_round_trip(decoder, StatsRequest{});
  for (int round = 0; round < 1000; ++round) {
    expect_round_trip(decoder, random.classic());
    expect_round_trip(decoder, random.get());
    expect_round_trip(decoder, random.stat());
    expect_round_trip(decoder, random.list());
    expect_round_trip(decoder, random.digest());
  }
}

}  // namespace
}  // namespace filer
