#include "cli/commands/several.hpp"

#include <gtest/gtest.h>

namespace filer {
namespace {

using Paths = std::vector<std::string>;

const Console console(false, Verbosity::quiet);

TEST(ForEachPath, GoesOnAndGivesTheFirstFailure) {
  Paths done;
  testing::internal::CaptureStderr();
  const ExitStatus status = for_each_path({"a", "b", "c", "d"}, console, [&](const std::string& path) {
    if (path == "b") throw CommandError(ExitStatus::not_found, "no b");
    if (path == "c") throw CommandError(ExitStatus::refused, "no c");
    done.push_back(path);
  });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "zmq-filer: no b\nzmq-filer: no c\n");
  EXPECT_EQ(status, ExitStatus::not_found);
  EXPECT_EQ(done, (Paths{"a", "d"}));
}

TEST(ForEachPath, EndsWhereTheOthersWouldFailAsWell) {
  for (const ExitStatus status : {ExitStatus::unreachable, ExitStatus::interrupted}) {
    Paths tried;
    const auto work = [&](const std::string& path) {
      tried.push_back(path);
      throw CommandError(status, "no");
    };
    EXPECT_THROW((void)for_each_path({"a", "b"}, console, work), CommandError);
    EXPECT_EQ(tried, Paths{"a"});
  }
}

}  // namespace
}  // namespace filer
