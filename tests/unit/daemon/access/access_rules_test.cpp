#include "daemon/access/access_rules.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace filer {
namespace {

const std::string laptop_key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const std::string robot_key(40, 'a');

const Peer anybody{"192.0.2.7", "", ""};
const Peer laptop{"192.0.2.7", "", laptop_key};
const Peer robot{"198.51.100.9", "", robot_key};
const Peer stranger{"192.0.2.7", "", std::string(40, 'b')};
const Peer backup{"ipc:4711", "34", ""};

RootAccess for_some() {
  RootAccess access;
  access.is_for_some = true;
  return access;
}

/// Roots: `open` to everybody, `near` to a network, `users` to a user, `keyed` to a key, `shut` to nobody.
AccessRules make_rules(const AuthorizedKey& key_of_laptop, const AuthorizedKey& key_of_robot) {
  AccessRules::Roots roots;
  roots["open"] = {};
  roots["near"] = for_some();
  roots["near"].addresses.emplace_back("192.0.2.0/24");
  roots["users"] = for_some();
  roots["users"].users = {"34"};
  roots["keyed"] = for_some();
  roots["keyed"].keys = {"laptop"};
  roots["shut"] = for_some();
  return {roots, {key_of_laptop, key_of_robot}};
}

const AccessRules rules = make_rules({"laptop", laptop_key, {}, {}}, {"robot", robot_key, {}, {}});

std::string roots_of(const AccessRules& some_rules, const Peer& peer) {
  std::string roots;
  for (const char* root : {"open", "near", "users", "keyed", "shut"}) {
    if (some_rules.decide(peer, root, "get") == Permission::allowed) roots += std::string(root) + ' ';
  }
  return roots;
}

TEST(AccessRules, OpenARootToWhomItListsAndToEverybodyWhereItListsNothing) {
  EXPECT_EQ(roots_of(rules, anybody), "open near ");
  EXPECT_EQ(roots_of(rules, {"198.51.100.9", "", ""}), "open ");
  EXPECT_EQ(roots_of(rules, backup), "open users ");
  EXPECT_EQ(roots_of(rules, {"ipc:4711", "35", ""}), "open ");
  EXPECT_EQ(roots_of(rules, laptop), "open near keyed ");
  EXPECT_EQ(roots_of(rules, robot), "open ");
}

TEST(AccessRules, OpenNoRootThatTheyDoNotKnow) {
  EXPECT_EQ(rules.decide(anybody, "removed", "get"), Permission::root_refused);
  EXPECT_EQ(rules.decide(laptop, "", "get"), Permission::root_refused);
}

TEST(AccessRules, LetNobodyPassForAUserWhoSaysNotWho) {
  AccessRules::Roots roots;
  roots["users"] = for_some();
  roots["users"].users = {""};
  EXPECT_EQ(AccessRules(roots, {}).decide({"ipc:4711", "", ""}, "users", "get"), Permission::root_refused);
}

TEST(AccessRules, RefuseAKeyThatIsNotAuthorizedEverything) {
  EXPECT_EQ(roots_of(rules, stranger), "");
  for (const char* op : {"hello", "get", "stats"})
    EXPECT_EQ(rules.decide(stranger, op), Permission::key_refused);
  EXPECT_EQ(rules.decide(stranger, "open", "get"), Permission::key_refused);
}

TEST(AccessRules, RestrictAKeyToItsRoots) {
  const AccessRules restricted =
      make_rules({"laptop", laptop_key, std::vector<std::string>{"keyed", "shut"}, {}},
                 {"robot", robot_key, std::vector<std::string>{}, {}});
  EXPECT_EQ(roots_of(restricted, laptop), "keyed ");  // and cannot open what the root keeps shut
  EXPECT_EQ(roots_of(restricted, robot), "");
  EXPECT_EQ(restricted.decide(laptop, "open", "get"), Permission::root_refused);
}

TEST(AccessRules, RestrictAKeyToItsOps) {
  const AccessRules restricted =
      make_rules({"laptop", laptop_key, {}, std::vector<std::string>{"get", "stat"}},
                 {"robot", robot_key, {}, std::vector<std::string>{}});
  for (const char* op : {"get", "stat", "classic", "hello"}) {
    EXPECT_EQ(restricted.decide(laptop, op), Permission::allowed) << op;
  }
  for (const char* op : {"list", "digest", "stats", ""}) {
    EXPECT_EQ(restricted.decide(laptop, op), Permission::op_refused) << op;
    EXPECT_EQ(restricted.decide(laptop, "open", op), Permission::op_refused) << op;
  }
  EXPECT_EQ(restricted.decide(robot, "hello"), Permission::allowed);
  EXPECT_EQ(restricted.decide(robot, "classic"), Permission::op_refused);
}

TEST(AccessRules, RestrictNobodyElseToOps) {
  for (const char* op : {"hello", "get", "stats", "classic"}) {
    EXPECT_EQ(rules.decide(anybody, op), Permission::allowed);
  }
}

TEST(AccessRules, CallAKeyByItsName) {
  EXPECT_EQ(rules.name_of_key(laptop_key), "laptop");
  EXPECT_EQ(rules.name_of_key(stranger.key), stranger.key);
}

}  // namespace
}  // namespace filer
