#include "daemon/access/users.hpp"

#include <gtest/gtest.h>

#include <string>

namespace filer {
namespace {

const std::string whole_host = "         0          0 4294967295\n";
const std::string private_users = "0 0 1\n997 997 1\n";

TEST(Users, HaveTheirNumberByNameAndByNumber) {
  EXPECT_EQ(uid_of("root"), "0");
  EXPECT_EQ(uid_of("0042"), "42");
  EXPECT_EQ(uid_of("no-such-user"), "");
  EXPECT_EQ(uid_of("42x"), "");
  EXPECT_EQ(uid_of(""), "");
}

TEST(Users, AreAllVisibleWhereThereIsNoNamespaceOfItsOwn) {
  EXPECT_TRUE(is_visible("0", whole_host));
  EXPECT_TRUE(is_visible("4294967294", whole_host));
}

TEST(Users, AreVisibleInANamespaceThatHasThem) {
  EXPECT_TRUE(is_visible("0", private_users));
  EXPECT_TRUE(is_visible("997", private_users));
  EXPECT_FALSE(is_visible("1", private_users));
  EXPECT_FALSE(is_visible("998", private_users));
  EXPECT_FALSE(is_visible("4294967295", private_users));
}

TEST(Users, AreNeverVisibleAsTheOneWhoStandsForAllOthers) {
  EXPECT_FALSE(is_visible(unknown_uid, whole_host));
}

TEST(Users, AreTakenForVisibleWhereNothingIsKnown) {
  EXPECT_TRUE(is_visible("1000", ""));
}

TEST(Users, OfThisProcessAreRead) {
  EXPECT_TRUE(is_visible("0", uid_map()));
  EXPECT_FALSE(uid_map().empty());
}

}  // namespace
}  // namespace filer
