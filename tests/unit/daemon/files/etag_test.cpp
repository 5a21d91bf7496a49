#include "daemon/files/etag.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace filer {
namespace {

struct stat some_file() {
  struct stat status {};
  status.st_dev = 1;
  status.st_ino = 2;
  status.st_size = 3;
  status.st_mtim = {4, 5};
  status.st_ctim = {6, 7};
  return status;
}

TEST(Etag, IsTheSameForTheSameState) {
  EXPECT_EQ(etag_of(some_file()), etag_of(some_file()));
  EXPECT_TRUE(same_state(some_file(), some_file()));
}

TEST(Etag, ChangesWithEverythingThatTellsThatAFileChanged) {
  const auto change = [](const auto& apply) {
    struct stat status = some_file();
    apply(status);
    EXPECT_FALSE(same_state(status, some_file()));
    return etag_of(status);
  };
  const std::set<std::string> etags = {
      etag_of(some_file()),
      change([](struct stat& status) { status.st_dev = 9; }),
      change([](struct stat& status) { status.st_ino = 9; }),
      change([](struct stat& status) { status.st_size = 9; }),
      change([](struct stat& status) { status.st_mtim.tv_sec = 9; }),
      change([](struct stat& status) { status.st_mtim.tv_nsec = 9; }),
      change([](struct stat& status) { status.st_ctim.tv_sec = 9; }),
      change([](struct stat& status) { status.st_ctim.tv_nsec = 9; }),
  };
  EXPECT_EQ(etags.size(), 8U);
}

TEST(Etag, DoesNotChangeWhenAFileIsRead) {
  struct stat status = some_file();
  status.st_atim = {9, 9};
  EXPECT_TRUE(same_state(status, some_file()));
  EXPECT_EQ(etag_of(status), etag_of(some_file()));
}

TEST(Etag, TellsTheMtimeInMilliseconds) {
  struct stat status = some_file();
  status.st_mtim = {1700000000, 123999999};
  EXPECT_EQ(mtime_of(status), 1700000000123);
}

}  // namespace
}  // namespace filer
