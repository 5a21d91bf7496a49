#include "base/key_file.hpp"

#include "base/settings.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace filer {
namespace {

const std::string example_public = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";
const std::string example_secret = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";
const std::string public_line = "    public-key = \"" + example_public + "\"\n";
const std::string secret_line = "    secret-key = \"" + example_secret + "\"\n";

std::string problem_with(const std::string& text) {
  try {
    (void)parse_key_file(text, "x.key");
    return "none";
  } catch (const SettingsError& error) {
    return error.what();
  }
}

std::string problem_with_file(const std::string& file) {
  try {
    (void)load_key_pair(file);
    return "none";
  } catch (const SettingsError& error) {
    return error.what();
  }
}

mode_t mode_of(const std::string& file) {
  struct stat status {};
  EXPECT_EQ(::stat(file.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST(KeyFile, HoldsBothKeys) {
  const KeyFile keys = parse_key_file("# mine\ncurve\n" + public_line + secret_line, "x.key");
  EXPECT_EQ(keys.public_key, example_public);
  EXPECT_EQ(keys.secret_key.text(), example_secret);
}

TEST(KeyFile, MayHoldThePublicKeyAlone) {
  const KeyFile keys = parse_key_file("curve\n" + public_line, "x.key");
  EXPECT_EQ(keys.public_key, example_public);
  EXPECT_TRUE(keys.secret_key.is_empty());
}

TEST(KeyFile, IsWhatOtherZeroMqProgramsWrite) {
  // As pyzmq's zmq.auth.create_certificates() and czmq's zcert_save() write it.
  const std::string text =
      "#   ****  Generated on 2026-11-25 by pyzmq  ****\n#   ZeroMQ CURVE **Secret** Certificate\n\n"
      "metadata\n    name = \"robot = 7\"\n    e-mail = \"x\"\ncurve\n" +
      public_line + secret_line + "\n";
  EXPECT_EQ(parse_key_file(text, "x.key").secret_key.text(), example_secret);
}

TEST(KeyFile, MayHaveTheLineEndsOfOthers) {
  EXPECT_EQ(parse_key_file("curve\r\n\tpublic-key='" + example_public + "'\r\n", "x.key").public_key,
            example_public);
}

TEST(KeyFile, SaysWhereItIsWrongAndNeverWhatItHolds) {
  const std::string wrong = "curve\n  secret-key = \"JTKVSB\"\n";
  EXPECT_EQ(problem_with(wrong), "x.key:2:3: expected 40 characters of Z85 in quotes");
  EXPECT_EQ(problem_with("curve\n  secret-key = " + example_secret + "\n"),
            "x.key:2:3: expected 40 characters of Z85 in quotes");
  EXPECT_EQ(problem_with("curve\n  private = \"" + example_secret + "\"\n"),
            "x.key:2:3: expected public-key or secret-key");
  EXPECT_EQ(problem_with(public_line), "x.key:1:5: expected the section 'curve' first");
  EXPECT_EQ(problem_with("keys\n"),
            "x.key:1:1: expected a section, 'curve' or 'metadata', or a key with its value");
  EXPECT_EQ(problem_with("curve\n" + public_line + public_line), "x.key:3:5: public-key is set twice");
  EXPECT_EQ(problem_with("curve\n" + secret_line + secret_line), "x.key:3:5: secret-key is set twice");
  EXPECT_EQ(problem_with("curve\n" + secret_line),
            "x.key:2:1: there is no public-key in the section 'curve'");
  EXPECT_EQ(problem_with(""), "x.key:1:1: there is no public-key in the section 'curve'");
}

TEST(KeyFile, HoldsKeysThatBelongTogether) {
  const CurveKeyPair other = make_curve_key_pair();
  EXPECT_EQ(problem_with("curve\n    public-key = \"" + other.public_key + "\"\n" + secret_line),
            "x.key:3:1: the public key is not that of the secret key");
}

TEST(KeyFile, IsForItsOwnerAlone) {
  const test::TempDirectory directory;
  const std::string file = directory / "mine.key";
  const CurveKeyPair pair = make_curve_key_pair();
  write_key_file(file, pair);
  EXPECT_EQ(mode_of(file), 0600U);
  const CurveKeyPair read = load_key_pair(file);
  EXPECT_EQ(read.public_key, pair.public_key);
  EXPECT_EQ(read.secret_key.text(), pair.secret_key.text());
  EXPECT_EQ(load_public_key(file), pair.public_key);
}

TEST(KeyFile, IsRefusedWhereOthersMayReadOrChangeIt) {
  const test::TempDirectory directory;
  const std::string file = directory / "mine.key";
  write_key_file(file, make_curve_key_pair());
  for (const mode_t mode : {0604U, 0602U, 0601U, 0620U}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    EXPECT_NE(problem_with_file(file).find("others may read or change this secret key (mode 0"),
              std::string::npos)
        << mode;
  }
  // A credential of systemd's, or a group of the daemon's own.
  ASSERT_EQ(::chmod(file.c_str(), 0440), 0);
  EXPECT_EQ(problem_with_file(file), "none");
}

TEST(KeyFile, OfAPublicKeyIsNoPair) {
  const test::TempDirectory directory;
  const std::string file = directory.write("x.key", "curve\n" + public_line);
  EXPECT_EQ(load_public_key(file), example_public);
  EXPECT_EQ(problem_with_file(file), file + ": there is no secret-key: this is the file of a public key");
}

TEST(KeyFile, IsNeverOverwritten) {
  const test::TempDirectory directory;
  const std::string file = directory.write("x.key", "precious");
  try {
    write_key_file(file, make_curve_key_pair());
    FAIL() << "written";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EEXIST);
  }
  EXPECT_EQ(test::read_file(file), "precious");
}

TEST(KeyFile, ThatCannotBeReadIsSaidSo) {
  const test::TempDirectory directory;
  EXPECT_EQ(problem_with_file(directory / "missing"), directory / "missing: No such file or directory");
  EXPECT_EQ(problem_with_file(directory.path()), directory.path() + ": Is a directory");
  EXPECT_EQ(problem_with_file(directory.write("long", std::string(20000, '#'))),
            directory / "long: too long for a key file");
}

}  // namespace
}  // namespace filer
