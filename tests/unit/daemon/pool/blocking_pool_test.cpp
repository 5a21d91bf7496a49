#include "daemon/pool/blocking_pool.hpp"

#include "tests/unit/support/eventually.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <vector>

namespace filer {
namespace {

using test::eventually;

/// A job that begins and then waits to be let go.
struct Gate {
  std::promise<void> opened;
  std::shared_future<void> open = opened.get_future().share();
  std::atomic<int> inside{0};

  BlockingPool::Job job() {
    return [this] {
      ++inside;
      open.wait();
    };
  }
};

TEST(BlockingPool, DoesWhatItWasGivenBeforeItEnds) {
  std::atomic<int> done{0};
  {
    BlockingPool pool(2, 2);
    for (int job = 0; job < 100; ++job) ASSERT_TRUE(pool.submit(1, nullptr, [&done] { ++done; }));
  }
  EXPECT_EQ(done, 100);
}

TEST(BlockingPool, WorksOnSeveralJobsAtOnceButNotMoreThanItHasThreads) {
  Gate gate;
  BlockingPool pool(3, 3);
  for (int job = 0; job < 10; ++job) ASSERT_TRUE(pool.submit(1, nullptr, gate.job()));
  EXPECT_TRUE(eventually([&] { return gate.inside == 3; }));
  EXPECT_EQ(gate.inside, 3);
  gate.opened.set_value();
  EXPECT_TRUE(eventually([&] { return gate.inside == 10; }));
}

TEST(BlockingPool, LetsCustomersTakeTurns) {
  Gate gate;
  BlockingPool pool(1, 1);
  std::mutex mutex;
  std::vector<int> order;
  const auto note = [&](int customer) {
    return [&, customer] {
      const std::lock_guard lock(mutex);
      order.push_back(customer);
    };
  };
  ASSERT_TRUE(pool.submit(0, nullptr, gate.job()));
  ASSERT_TRUE(eventually([&] { return gate.inside == 1; }));
  for (int job = 0; job < 3; ++job) ASSERT_TRUE(pool.submit(1, nullptr, note(1)));
  ASSERT_TRUE(pool.submit(2, nullptr, note(2)));
  ASSERT_TRUE(pool.submit(3, nullptr, note(3)));
  gate.opened.set_value();
  ASSERT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return order.size() == 5;
  }));
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3, 1, 1}));
}

TEST(BlockingPool, TakesNoMoreThanItMayHaveWaiting) {
  Gate gate;
  BlockingPool pool(1, 1);
  ASSERT_TRUE(pool.submit(1, nullptr, gate.job()));
  ASSERT_TRUE(eventually([&] { return gate.inside == 1; }));
  for (std::size_t job = 0; job < BlockingPool::most_waiting_of_customer; ++job) {
    ASSERT_TRUE(pool.submit(1, nullptr, [] {}));
  }
  EXPECT_FALSE(pool.submit(1, nullptr, [] {}));
  EXPECT_TRUE(pool.submit(2, nullptr, [] {}));
  BlockingPool::Customer customer = 3;
  while (pool.submit(customer, nullptr, [] {})) ++customer;
  EXPECT_EQ(customer, 3 + BlockingPool::most_waiting - BlockingPool::most_waiting_of_customer - 1);
  gate.opened.set_value();
}

TEST(BlockingPool, LeavesThreadsToOthersWhereOneShareHangs) {
  Gate gate;
  BlockingPool pool(3, 2);
  const int hung = 0, sound = 0;
  for (int job = 0; job < 10; ++job) ASSERT_TRUE(pool.submit(1, &hung, gate.job()));
  ASSERT_TRUE(eventually([&] { return gate.inside == 2; }));
  std::atomic<int> done{0};
  for (int job = 0; job < 5; ++job) ASSERT_TRUE(pool.submit(1, &sound, [&done] { ++done; }));
  EXPECT_TRUE(eventually([&] { return done == 5; }));
  EXPECT_EQ(gate.inside, 2);
  gate.opened.set_value();
  EXPECT_TRUE(eventually([&] { return gate.inside == 10; }));
}

TEST(BlockingPool, SaysWhetherAJobHangsAtTheEnd) {
  Gate gate;
  BlockingPool pool(2, 2);
  ASSERT_TRUE(pool.submit(1, nullptr, gate.job()));
  ASSERT_TRUE(eventually([&] { return gate.inside == 1; }));
  EXPECT_FALSE(pool.end(std::chrono::milliseconds(1)));
  EXPECT_FALSE(pool.submit(1, nullptr, [] {}));
  gate.opened.set_value();
  EXPECT_TRUE(pool.end(test::patience));
}

TEST(BlockingPool, LetsGoOfAJobWhenItIsDone) {
  BlockingPool pool(1, 1);
  const auto held = std::make_shared<int>(0);
  ASSERT_TRUE(pool.submit(1, nullptr, [held] { ++*held; }));
  EXPECT_TRUE(eventually([&] { return held.use_count() == 1; }));
}

}  // namespace
}  // namespace filer
