#include "daemon/health/vitals.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace filer {
namespace {

TEST(VitalSigns, CountDescriptorsByTheHundred) {
  const VitalSigns signs;
  const std::uint64_t before = signs.take().descriptors;
  std::vector<UniqueFileDescriptor> opened;
  while (opened.size() < 300) opened.emplace_back(::open("/", O_PATH | O_CLOEXEC));
  EXPECT_EQ(signs.take().descriptors, before + opened.size());
  opened.clear();
  EXPECT_EQ(signs.take().descriptors, before);
}

TEST(VitalSigns, TellHowManyDescriptorsThereMayBe) {
  rlimit limits{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limits), 0);
  EXPECT_EQ(VitalSigns().take().descriptor_limit, limits.rlim_cur);
}

TEST(VitalSigns, TellTheMemoryThatIsTheProcesssOwn) {
#ifdef FILER_INSTRUMENTED
  GTEST_SKIP() << "in a build with instruments, it is theirs";
#endif
  constexpr std::size_t much = 64 << 20;
  const VitalSigns signs;
  const std::uint64_t before = signs.take().memory_bytes;
  const std::string filled(much, 'x');
  const std::uint64_t after = signs.take().memory_bytes;
  EXPECT_GE(after, before + much - (4 << 20)) << filled.front();
}

TEST(VitalSigns, CanBeTakenWhenNoDescriptorIsLeft) {
  const VitalSigns signs;
  rlimit limits{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limits), 0);
  const rlimit none{3, limits.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  EXPECT_FALSE(UniqueFileDescriptor(::open("/", O_PATH | O_CLOEXEC)).is_open());
  EXPECT_GT(signs.take().descriptors, 3U);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limits), 0);
}

TEST(DescriptorLimit, IsRaisedToWhatItMayBe) {
  rlimit limits{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limits), 0);
  const rlimit low{std::min<rlim_t>(100, limits.rlim_max), limits.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  raise_descriptor_limit();
  rlimit raised{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &raised), 0);
  EXPECT_EQ(raised.rlim_cur, limits.rlim_max);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limits), 0);
}

}  // namespace
}  // namespace filer
