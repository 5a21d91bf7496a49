#include "protocol/request.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

/// One answer is given to all requests that are equal: daemon/handler/repeats.hpp.
namespace filer {
namespace {

template <typename Type>
using Changes = std::vector<std::function<void(Type&)>>;

/// Expects `request` to equal a copy of it, and no copy after any one change.
template <typename Type>
void expect_each_to_count(const Type& request, const std::vector<Changes<Type>>& changes) {
  EXPECT_EQ(Request(request), Request(request));
  int number = 0;
  for (const auto& some : changes) {
    for (const auto& change : some) {
      Type other = request;
      change(other);
      EXPECT_NE(Request(request), Request(other)) << Type::op << ", change " << number;
      EXPECT_NE(Request(other), Request(request)) << Type::op << ", change " << number;
      EXPECT_EQ(Request(other), Request(Type(other))) << Type::op << ", change " << number;
      ++number;
    }
  }
}

template <typename Type>
const Changes<Type> changes_of_target = {
    [](auto& request) { request.target.root = "other"; },
    [](auto& request) { request.target.root.reset(); },
    [](auto& request) { request.target.path = "b"; },
};

template <typename Type>
const Changes<Type> changes_of_range = {
    [](auto& request) { request.offset = 9; },
    [](auto& request) { request.length = 9; },
    [](auto& request) { request.length.reset(); },
};

template <typename Type>
const Changes<Type> changes_of_watch = {
    [](auto& request) { request.if_none_match.etag = "other"; },
    [](auto& request) { request.if_none_match.etag.reset(); },
    [](auto& request) { request.if_none_match.wait_ms = 9; },
};

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
  expect_each_to_count<ClassicRequest>({"log"}, {{[](auto& request) { request.path = "log/"; }}});
}

TEST(Request, GetDiffersByEachMember) {
  const GetRequest get{{"logs", "a"}, 1, 2, Encoding::utf8, "etag", {"etag", 3}, true};
  const Changes<GetRequest> others = {
      [](auto& request) { request.encoding = Encoding::raw; },
      [](auto& request) { request.if_match = "other"; },
      [](auto& request) { request.if_match.reset(); },
      [](auto& request) { request.digest = false; },
  };
  expect_each_to_count(get, {changes_of_target<GetRequest>, changes_of_range<GetRequest>,
                             changes_of_watch<GetRequest>, others});
}

TEST(Request, StatDiffersByEachMember) {
  const StatRequest stat{{"logs", "a"}, {"etag", 3}};
  expect_each_to_count(stat, {changes_of_target<StatRequest>, changes_of_watch<StatRequest>});
}

TEST(Request, ListDiffersByEachMember) {
  const ListRequest list{{"logs", "a"}, "1", 2, {"etag", 3}};
  const Changes<ListRequest> others = {
      [](auto& request) { request.after = "9"; },
      [](auto& request) { request.after.reset(); },
      [](auto& request) { request.limit = 9; },
      [](auto& request) { request.limit.reset(); },
  };
  expect_each_to_count(list, {changes_of_target<ListRequest>, changes_of_watch<ListRequest>, others});
}

TEST(Request, DigestDiffersByEachMember) {
  const DigestRequest digest{{"logs", "a"}, 1, 2, 3};
  const Changes<DigestRequest> others = {
      [](auto& request) { request.chunk = 9; },
      [](auto& request) { request.chunk.reset(); },
  };
  expect_each_to_count(digest, {changes_of_target<DigestRequest>, changes_of_range<DigestRequest>, others});
}

}  // namespace
}  // namespace filer
