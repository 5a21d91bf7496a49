#include "daemon/config/config_change.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace filer {
namespace {

using Lines = std::vector<std::string>;

RootConfig make_root(const std::string& name, const std::string& path) {
  RootConfig root;
  root.name = name;
  root.path = path;
  root.where = "x.yaml:2:3";
  return root;
}

TEST(ConfigChange, TakesWhatCanChange) {
  const Config in_force;
  Config loaded;
  loaded.limits.content_bytes = 5;
  loaded.limits.peers = 7;
  loaded.log = {LogLevel::error, LogRequests::none};
  loaded.roots[0].hidden_files = false;
  loaded.roots[0].follow_symlinks = false;
  const ConfigChange change = change_config(in_force, loaded);
  EXPECT_EQ(change.needs_restart, Lines());
  EXPECT_EQ(change.config.limits.content_bytes, 5U);
  EXPECT_EQ(change.config.limits.peers, 7U);
  EXPECT_EQ(change.config.log.level, LogLevel::error);
  EXPECT_EQ(change.config.log.requests, LogRequests::none);
  EXPECT_FALSE(change.config.roots[0].hidden_files);
  EXPECT_FALSE(change.config.roots[0].follow_symlinks);
}

TEST(ConfigChange, LeavesCurveAndWhereItsKeysAreUntilARestart) {
  const Config in_force;
  Config loaded;
  loaded.bind.front().curve = true;
  loaded.curve.server_key = "/new.key";
  loaded.curve.authorized_keys = "/new.d";
  const ConfigChange change = change_config(in_force, loaded);
  EXPECT_EQ(change.needs_restart.size(), 3U);
  EXPECT_FALSE(change.config.bind.front().curve);
  EXPECT_EQ(change.config.curve.server_key, in_force.curve.server_key);
  EXPECT_EQ(change.config.curve.authorized_keys, in_force.curve.authorized_keys);
}

TEST(ConfigChange, LeavesAddressesUntilARestart) {
  const Config in_force;
  Config loaded;
  loaded.bind = {{"tcp://127.0.0.1:1", "x.yaml:1:7"}};
  const ConfigChange change = change_config(in_force, loaded);
  EXPECT_EQ(change.needs_restart, Lines{"x.yaml:1:7: bind: the addresses change with a restart"});
  EXPECT_EQ(change.config.bind[0].address, default_address);
}

TEST(ConfigChange, LeavesNumbersThatThreadsAndSocketsWereMadeWith) {
  const Config in_force;
  Config loaded;
  loaded.shards = 3;
  loaded.limits.request_bytes = 1024;
  loaded.limits.pool_threads = 9;
  const ConfigChange change = change_config(in_force, loaded);
  EXPECT_EQ(change.needs_restart, (Lines{"shards: 0 becomes 3 with a restart",
                                         "limits.request_bytes: 65536 becomes 1024 with a restart",
                                         "limits.pool_threads: 8 becomes 9 with a restart"}));
  EXPECT_EQ(change.config.shards, 0U);
  EXPECT_EQ(change.config.limits.request_bytes, 65536U);
  EXPECT_EQ(change.config.limits.pool_threads, 8U);
}

TEST(ConfigChange, LeavesTheDirectoriesOfRootsAndTakesThePoliciesOfThoseThatStay) {
  Config in_force;
  in_force.roots = {make_root("stays", "/srv/a"), make_root("goes", "/srv/b"), make_root("moves", "/srv/c")};
  Config loaded;
  loaded.roots = {make_root("new", "/srv/d"), make_root("moves", "/srv/e"), make_root("stays", "/srv/a")};
  loaded.roots[2].hidden_files = false;
  const ConfigChange change = change_config(in_force, loaded);
  EXPECT_EQ(change.needs_restart,
            (Lines{"root 'goes': '/srv/b' is closed to everybody, and gone with a restart",
                   "x.yaml:2:3: root 'moves': '/srv/c' is served until a restart, '/srv/e' after it",
                   "x.yaml:2:3: root 'new': '/srv/d' is served after a restart"}));
  ASSERT_EQ(change.config.roots.size(), 3U);
  EXPECT_EQ(change.config.roots[0].name, "stays");
  EXPECT_FALSE(change.config.roots[0].hidden_files);
  EXPECT_EQ(change.config.roots[2].path, "/srv/c");
}

TEST(ConfigChange, ClosesRootsAtOnce) {
  Config in_force;
  in_force.roots = {make_root("goes", "/srv/a"), make_root("narrows", "/srv/b")};
  Config loaded;
  loaded.roots = {make_root("narrows", "/srv/b/")};
  loaded.roots[0].allow.emplace();
  const ConfigChange change = change_config(in_force, loaded);
  ASSERT_EQ(change.config.roots.size(), 2U);
  for (const RootConfig& root : change.config.roots) EXPECT_TRUE(root.allow) << root.name;
}

}  // namespace
}  // namespace filer
