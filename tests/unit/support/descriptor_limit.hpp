#pragma once

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace filer::test {

/// So many descriptors this process may have, until it goes.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t limit) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    set({limit, before_.rlim_max});
  }
  ~DescriptorLimit() { set(before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

 private:
  static void set(const rlimit& limit) { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0); }

  rlimit before_{};
};

}  // namespace filer::test
