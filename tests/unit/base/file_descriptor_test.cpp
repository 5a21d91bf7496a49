#include "base/file_descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <utility>

namespace filer {
namespace {

int open_something() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

bool is_open(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) >= 0;
}

TEST(UniqueFileDescriptor, ClosesWhatItOwns) {
  const int descriptor = open_something();
  { const UniqueFileDescriptor owner(descriptor); }
  EXPECT_FALSE(is_open(descriptor));
}

TEST(UniqueFileDescriptor, IsNotOpenByDefault) {
  const UniqueFileDescriptor nothing;
  EXPECT_FALSE(nothing.is_open());
  EXPECT_EQ(nothing.get(), -1);
}

TEST(UniqueFileDescriptor, GivesOwnershipAwayWhenMoved) {
  const int descriptor = open_something();
  UniqueFileDescriptor first(descriptor);
  {
    const UniqueFileDescriptor second(std::move(first));
    EXPECT_EQ(second.get(), descriptor);
    EXPECT_FALSE(first.is_open());  // NOLINT(bugprone-use-after-move): that is what is tested
  }
  EXPECT_FALSE(is_open(descriptor));
}

TEST(UniqueFileDescriptor, ClosesTheOldOneOfAnAssignmentInTheEnd) {
  const int old_descriptor = open_something();
  const int new_descriptor = open_something();
  {
    UniqueFileDescriptor owner(old_descriptor);
    owner = UniqueFileDescriptor(new_descriptor);
    EXPECT_EQ(owner.get(), new_descriptor);
    EXPECT_FALSE(is_open(old_descriptor));
    EXPECT_TRUE(is_open(new_descriptor));
  }
  EXPECT_FALSE(is_open(new_descriptor));
}

TEST(UniqueFileDescriptor, ReleasesWithoutClosing) {
  UniqueFileDescriptor owner(open_something());
  const int descriptor = owner.release();
  EXPECT_FALSE(owner.is_open());
  EXPECT_TRUE(is_open(descriptor));
  const UniqueFileDescriptor closes_it(descriptor);
}

TEST(FileDescriptor, BorrowsWithoutClosing) {
  const UniqueFileDescriptor owner(open_something());
  {
    const FileDescriptor borrowed = owner.borrow();
    EXPECT_EQ(borrowed.get(), owner.get());
  }
  EXPECT_TRUE(is_open(owner.get()));
}

}  // namespace
}  // namespace filer
