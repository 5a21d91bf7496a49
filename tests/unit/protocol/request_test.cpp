#include "protocol/request.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

/// One answer is given to all requests that are equal: daemon/handler/repeats.hpp.
namespace filer {
namespace {

template <typename Type>
using Changes = std::vector<std::function<void(Type&)>>;

/// Expects `request` to equal a copy of it, and no copy after any one of `changes`.
template <typename Type>
void expect_each_to_count(const Type& request, const Changes<Type>& changes) {
  EXPECT_EQ(Request(request), Request(request));
  int number = 0;
  for (const auto& change : changes) {
    Type other = request;
    change(other);
    EXPECT_NE(Request(request), Request(other)) << Type::op << ", change " << number;
    EXPECT_NE(Request(other), Request(request)) << Type::op << ", change " << number;
    EXPECT_EQ(Request(other), Request(Type(other))) << Type::op << ", change " << number;
    ++number;
  }
}

TEST(Request, WithoutMembersEqualsEveryOtherOfItsKind) {
  EXPECT_EQ(Request(HelloRequest{}), Request(HelloRequest{}));
  EXPECT_EQ(Request(StatsRequest{}), Request(StatsRequest{}));
}

TEST(Request, DiffersFromEveryOtherKind) {
  const Request requests[] = {ClassicRequest{}, HelloRequest{},  GetRequest{},  StatRequest{},
                              ListRequest{},    DigestRequest{}, StatsRequest{}};
  for (const Request& one : requests) {
    for (const Request& other : requests) EXPECT_EQ(one == other, &one == &other);
  }
}

TEST(Request, ClassicDiffersByItsPath) {
  expect_each_to_count<ClassicRequest>({"log"}, {[](auto& request) { request.path = "log/"; }});
}

TEST(Request, GetDiffersByEachMember) {
  const GetRequest get{{"logs", "a"}, 1, 2, Encoding::utf8, "etag", {"etag", 3}, true};
  const Changes<GetRequest> changes = {
      [](auto& request) { request.target.root = "other"; },
      [](auto& request) { request.target.root.reset(); },
      [](auto& request) { request.target.path = "b"; },
      [](auto& request) { request.offset = 9; },
      [](auto& request) { request.length = 9; },
      [](auto& request) { request.length.reset(); },
      [](auto& request) { request.encoding = Encoding::raw; },
      [](auto& request) { request.if_match = "other"; },
      [](auto& request) { request.if_match.reset(); },
      [](auto& request) { request.if_none_match.etag = "other"; },
      [](auto& request) { request.if_none_match.etag.reset(); },
      [](auto& request) { request.if_none_match.wait_ms = 9; },
      [](auto& request) { request.digest = false; },
  };
  expect_each_to_count(get, changes);
}

TEST(Request, StatDiffersByEachMember) {
  const StatRequest stat{{"logs", "a"}, {"etag", 3}};
  const Changes<StatRequest> changes = {
      [](auto& request) { request.target.root = "other"; },
      [](auto& request) { request.target.root.reset(); },
      [](auto& request) { request.target.path = "b"; },
      [](auto& request) { request.if_none_match.etag = "other"; },
      [](auto& request) { request.if_none_match.etag.reset(); },
      [](auto& request) { request.if_none_match.wait_ms = 9; },
  };
  expect_each_to_count(stat, changes);
}

TEST(Request, ListDiffersByEachMember) {
  const ListRequest list{{"logs", "a"}, "1", 2, {"etag", 3}};
  const Changes<ListRequest> changes = {
      [](auto& request) { request.target.root = "other"; },
      [](auto& request) { request.target.root.reset(); },
      [](auto& request) { request.target.path = "b"; },
      [](auto& request) { request.after = "9"; },
      [](auto& request) { request.after.reset(); },
      [](auto& request) { request.limit = 9; },
      [](auto& request) { request.limit.reset(); },
      [](auto& request) { request.if_none_match.etag = "other"; },
      [](auto& request) { request.if_none_match.etag.reset(); },
      [](auto& request) { request.if_none_match.wait_ms = 9; },
  };
  expect_each_to_count(list, changes);
}

TEST(Request, DigestDiffersByEachMember) {
  const DigestRequest digest{{"logs", "a"}, 1, 2, 3};
  const Changes<DigestRequest> changes = {
      [](auto& request) { request.target.root = "other"; },
      [](auto& request) { request.target.root.reset(); },
      [](auto& request) { request.target.path = "b"; },
      [](auto& request) { request.offset = 9; },
      [](auto& request) { request.length = 9; },
      [](auto& request) { request.length.reset(); },
      [](auto& request) { request.chunk = 9; },
      [](auto& request) { request.chunk.reset(); },
  };
  expect_each_to_count(digest, changes);
}

}  // namespace
}  // namespace filer
