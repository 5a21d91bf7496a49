#include "base/file_descriptor.hpp"
#include "base/sha256.hpp"
#include "protocol/request_decoder.hpp"
#include "tests/unit/cli/commands/command_test.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace filer {
namespace {

using test::CommandTest;
using test::Frames;
using test::read_file;
using test::Responder;
using test::stamp;
using test::TempDirectory;

constexpr std::uint32_t mode = 0640;

class GetTest : public CommandTest {};

Request decode(const std::string& request) {
  constexpr std::size_t most_bytes = 65536;
  return RequestDecoder(most_bytes).decode(request);
}

Frames chunk_of(const std::string& content, const GetRequest& request) {
  constexpr std::uint64_t most_bytes = 100000;
  Chunk chunk;
  chunk.bytes = Bytes(content.substr(request.offset, std::min(*request.length, most_bytes)));
  chunk.header.etag = "etag";
  chunk.header.size = content.size();
  chunk.header.offset = request.offset;
  chunk.header.length = chunk.bytes.size();
  chunk.header.eof = request.offset + chunk.bytes.size() == content.size();
  chunk.header.mode = mode;
  if (request.digest) chunk.header.digest = sha256_of(chunk.bytes);
  const Reply reply = encode_chunk_reply(chunk, Encoding::raw, stamp);
  return {"", reply.header, std::string(*reply.data)};
}

Frames digest_of(const std::string& content) {
  Digests digests;
  digests.etag = "etag";
  digests.size = digests.length = content.size();
  digests.eof = true;
  digests.hexadecimal = {sha256_of(content)};
  return {"", encode_digest_reply(digests, stamp)};
}

/// A file with this content.
Responder::Answer serves(const std::string& content) {
  return [content](const std::string& bytes) {
    const Request request = decode(bytes);
    const auto* get = std::get_if<GetRequest>(&request);
    return get != nullptr ? chunk_of(content, *get) : digest_of(content);
  };
}

Responder::Answer refuses(ErrorCode code) {
  return [code](const std::string&) {
    return Frames{"", encode_error_reply(code, "no", std::nullopt, stamp)};
  };
}

/// Moves into a directory, for commands that write where they are.
class WorkingDirectory {
 public:
  explicit WorkingDirectory(const std::string& path) { std::filesystem::current_path(path); }
  ~WorkingDirectory() { std::filesystem::current_path(old_); }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;

 private:
  std::filesystem::path old_ = std::filesystem::current_path();
};

TEST_F(GetTest, WritesTheFileItIsTold) {
  const TempDirectory directory;
  EXPECT_EQ(run(GetOptions{"remote/a.txt", directory / "local.txt"}, serves("hello")), "");
  EXPECT_EQ(status, ExitStatus::done) << message << told;
  EXPECT_EQ(requests.size(), 1U);
  EXPECT_EQ(read_file(directory / "local.txt"), "hello");
  EXPECT_EQ(directory.count(), 1U);
}

TEST_F(GetTest, WritesALongFile) {
  const TempDirectory directory;
  std::string content;
  for (int line = 0; content.size() < 1000000; ++line) content += std::to_string(line) + '\n';
  run(GetOptions{"x", directory / "x"}, serves(content));
  EXPECT_EQ(status, ExitStatus::done) << message << told;
  EXPECT_TRUE(read_file(directory / "x") == content);
  EXPECT_EQ(directory.count(), 1U);
}

TEST_F(GetTest, WritesBytesThatAreNotText) {
  const TempDirectory directory;
  const std::string bytes("\xff\0\n", 3);
  run(GetOptions{"x", directory / "x"}, serves(bytes));
  EXPECT_EQ(read_file(directory / "x"), bytes);
}

TEST_F(GetTest, WritesTheLastNameIntoADirectory) {
  const TempDirectory directory;
  run(GetOptions{"remote/a.txt", directory.path()}, serves("hello"));
  EXPECT_EQ(read_file(directory / "a.txt"), "hello");
}

TEST_F(GetTest, WritesTheLastNameHereByDefault) {
  const TempDirectory directory;
  const WorkingDirectory there(directory.path());
  run(GetOptions{"/remote/a.txt", ""}, serves("hello"));
  EXPECT_EQ(read_file(directory / "a.txt"), "hello");
}

TEST_F(GetTest, WritesToStandardOutput) {
  EXPECT_EQ(run(GetOptions{"x", "-"}, serves("hello\n")), "hello\n");
}

TEST_F(GetTest, NeedsANameForWhatHasNone) {
  for (const char* path : {"/", "dir/", ".", "..", "dir/.."}) {
    run(GetOptions{path, ""}, serves("hello"));
    EXPECT_EQ(status, ExitStatus::usage) << path;
  }
  EXPECT_TRUE(requests.empty());
}

TEST_F(GetTest, AsksForANameThatIsNotUtf8) {
  EXPECT_EQ(run(GetOptions{"caf\xe9", "-"}, serves("hello")), "hello");
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(std::get<GetRequest>(decode(requests[0])).target.path, "caf\xe9");
}

TEST_F(GetTest, LeavesNothingBehindWhereItFails) {
  const TempDirectory directory;
  run(GetOptions{"x", directory / "x"}, refuses(ErrorCode::not_found));
  EXPECT_EQ(status, ExitStatus::not_found);
  EXPECT_TRUE(told.starts_with("zmq-filer: no (" + endpoint + " says not_found)\n")) << told;
  EXPECT_EQ(directory.count(), 0U);
}

TEST_F(GetTest, LeavesAnExistingFileAloneWhereItFails) {
  const TempDirectory directory;
  directory.write("x", "old");
  run(GetOptions{"x", directory / "x"}, [](const std::string&) { return Frames{"", "nonsense"}; });
  EXPECT_EQ(status, ExitStatus::failed);
  EXPECT_EQ(read_file(directory / "x"), "old");
  EXPECT_EQ(directory.count(), 1U);
}

TEST_F(GetTest, FailsOnAReplyWithoutContent) {
  const TempDirectory directory;
  run(GetOptions{"x", directory / "x"}, [](const std::string&) {
    return Frames{"", R"({"timestamp":1,"pid":1})"};
  });
  EXPECT_EQ(status, ExitStatus::failed);
  EXPECT_EQ(directory.count(), 0U);
}

TEST_F(GetTest, FailsOnBytesThatAreNotThoseOfTheFile) {
  const TempDirectory directory;
  run(GetOptions{"x", directory / "x"}, [](const std::string& request) {
    Frames frames = serves("hello")(request);
    frames.back() = "hullo";
    return frames;
  });
  EXPECT_EQ(status, ExitStatus::changed);
  EXPECT_EQ(directory.count(), 0U);
}

TEST_F(GetTest, GivesTheFileTheModeItHasThere) {
  const TempDirectory directory;
  run(GetOptions{"x", directory / "x"}, serves("hello"));
  struct stat found {};
  ASSERT_EQ(::stat((directory / "x").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, mode);
}

TEST_F(GetTest, ReplacesWhatASymbolicLinkLeadsToAndKeepsTheLink) {
  const TempDirectory directory;
  const TempDirectory elsewhere;
  elsewhere.write("file", "old");
  directory.make_link("link", elsewhere / "file");
  run(GetOptions{"x", directory / "link"}, serves("new"));
  EXPECT_EQ(read_file(elsewhere / "file"), "new");
  struct stat found {};
  ASSERT_EQ(::lstat((directory / "link").c_str(), &found), 0);
  EXPECT_TRUE(S_ISLNK(found.st_mode));
}

TEST_F(GetTest, WritesIntoAFifo) {
  const TempDirectory directory;
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  const UniqueFileDescriptor reader(::open((directory / "fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  run(GetOptions{"x", directory / "fifo"}, serves("hello"));
  char buffer[16];
  EXPECT_EQ(::read(reader.get(), buffer, sizeof buffer), 5);
  struct stat found {};
  ASSERT_EQ(::lstat((directory / "fifo").c_str(), &found), 0);
  EXPECT_TRUE(S_ISFIFO(found.st_mode));
  EXPECT_EQ(directory.count(), 1U);
}

TEST_F(GetTest, LeavesTheNullDeviceWhatItIs) {
  run(GetOptions{"x", "/dev/null"}, serves("hello"));
  EXPECT_EQ(status, ExitStatus::done) << message << told;
  struct stat found {};
  ASSERT_EQ(::lstat("/dev/null", &found), 0);
  EXPECT_TRUE(S_ISCHR(found.st_mode));
}

}  // namespace
}  // namespace filer
