#include "daemon/access/authorize.hpp"

#include "base/key_file.hpp"
#include "daemon/access/authorized_keys.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

namespace filer {
namespace {

using Names = std::vector<std::string>;

const std::string example_key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";

class AuthorizeTest : public testing::Test {
 protected:
  AuthorizeTest() { config.curve.authorized_keys = directory / "keys.d"; }

  [[nodiscard]] std::string refusal_of(const AuthorizeOptions& options) const {
    try {
      return authorize(options, config);
    } catch (const UsageError& error) {
      return error.what();
    }
  }

  [[nodiscard]] std::vector<AuthorizedKey> keys() const {
    Names problems;
    auto loaded = load_authorized_keys(config.curve.authorized_keys, {"default"}, problems);
    EXPECT_EQ(problems, Names());
    return loaded;
  }

  test::TempDirectory directory;
  Config config;
};

TEST_F(AuthorizeTest, WritesWhatTheDaemonReads) {
  const std::string told = authorize({"laptop", example_key, Names{"default"}, Names{"get"}}, config);
  EXPECT_EQ(told,
            "wrote '" + directory / "keys.d/laptop.yaml" + "'; 'systemctl reload zmq-filerd' applies it\n");
  ASSERT_EQ(keys().size(), 1U);
  EXPECT_EQ(keys()[0].name, "laptop");
  EXPECT_EQ(keys()[0].public_key, example_key);
  EXPECT_EQ(keys()[0].roots, Names{"default"});
  EXPECT_EQ(keys()[0].ops, Names{"get"});
  struct stat status {};
  ASSERT_EQ(::stat((directory / "keys.d/laptop.yaml").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0644U);
}

TEST_F(AuthorizeTest, TakesTheKeyOfAFile) {
  const CurveKeyPair pair = make_curve_key_pair();
  write_key_file(directory / "mine.key", pair);
  (void)authorize({"laptop", directory / "mine.key", {}, {}}, config);
  EXPECT_EQ(keys().at(0).public_key, pair.public_key);
  EXPECT_EQ(test::read_file(directory / "keys.d/laptop.yaml").find(pair.secret_key.text()),
            std::string::npos);
}

TEST_F(AuthorizeTest, OverwritesNothing) {
  (void)authorize({"laptop", example_key, {}, {}}, config);
  const std::string before = test::read_file(directory / "keys.d/laptop.yaml");
  EXPECT_NE(
      refusal_of({"laptop", make_curve_key_pair().public_key, {}, {}}).find("exists: a key of that name"),
      std::string::npos);
  EXPECT_EQ(test::read_file(directory / "keys.d/laptop.yaml"), before);
  EXPECT_EQ(refusal_of({"again", example_key, {}, {}}),
            "this key is authorized as laptop already; edit laptop.yaml in '" + config.curve.authorized_keys +
                "', or remove it first");
}

TEST_F(AuthorizeTest, WritesNothingThatTheDaemonWouldRefuse) {
  EXPECT_NE(refusal_of({"../x", example_key, {}, {}}).find("'../x' cannot name a key"), std::string::npos);
  EXPECT_NE(refusal_of({"x", "abc", {}, {}}).find("'abc' is neither a public key"), std::string::npos);
  EXPECT_NE(refusal_of({"x", example_key, Names{"lgos"}, {}}).find("there is no 'lgos'"), std::string::npos);
  EXPECT_NE(refusal_of({"x", example_key, {}, Names{"delete"}}).find("there is no 'delete'"),
            std::string::npos);
  EXPECT_TRUE(keys().empty());
}

}  // namespace
}  // namespace filer
