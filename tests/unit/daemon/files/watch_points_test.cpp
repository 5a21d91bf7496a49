#include "daemon/files/watch_points.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace filer {
namespace {

std::pair<std::string, std::string> split(const std::string& path) {
  const SplitPath parts = split_path(path);
  return {parts.directory, parts.name};
}

TEST(SplitPath, TellsTheDirectoryOfAName) {
  EXPECT_EQ(split("a"), std::pair(std::string("."), std::string("a")));
  EXPECT_EQ(split("a/b/c"), std::pair(std::string("a/b/"), std::string("c")));
}

TEST(SplitPath, HasNoNameWhereNoneIsToBeWatched) {
  for (const char* path : {".", "..", "a/", "a/.", "a/.."}) EXPECT_EQ(split(path).second, "") << path;
}

}  // namespace
}  // namespace filer
