#include "cli/watched_path.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

using std::chrono::milliseconds;

FileStatus with_etag(const std::string& etag) {
  FileStatus status;
  status.etag = etag;
  return status;
}

TEST(WatchedPath, HasNotChangedTheFirstTimeItIsSeen) {
  EXPECT_FALSE(WatchedPath("x").take(with_etag("a")));
  EXPECT_FALSE(WatchedPath("x").take(std::nullopt));
}

TEST(WatchedPath, IsCreatedChangedAndDeleted) {
  WatchedPath watched("x");
  (void)watched.take(std::nullopt);
  EXPECT_EQ(watched.take(with_etag("a"))->kind, Change::Kind::created);
  EXPECT_EQ(watched.take(with_etag("b"))->kind, Change::Kind::changed);
  const auto deleted = watched.take(std::nullopt);
  EXPECT_EQ(deleted->kind, Change::Kind::deleted);
  EXPECT_FALSE(deleted->status);
}

TEST(WatchedPath, HasNotChangedWhereItIsAsItWas) {
  WatchedPath watched("x");
  (void)watched.take(with_etag("a"));
  EXPECT_FALSE(watched.take(with_etag("a")));
  (void)watched.take(std::nullopt);
  EXPECT_FALSE(watched.take(std::nullopt));
}

TEST(WatchedPath, AsksForAnotherEtagThanTheOneItKnows) {
  WatchedPath watched("x");
  const auto condition = [&] {
    return std::get<StatRequest>(watched.request(milliseconds(7))).if_none_match;
  };
  EXPECT_FALSE(condition().etag);
  EXPECT_EQ(condition().wait_ms, 0U);
  (void)watched.take(with_etag("a"));
  EXPECT_EQ(condition().etag, "a");
  EXPECT_EQ(condition().wait_ms, 7U);
  (void)watched.take(std::nullopt);
  EXPECT_FALSE(condition().etag);
}

}  // namespace
}  // namespace filer
