#include "protocol/request_decoder.hpp"
#include "tests/unit/cli/commands/command_test.hpp"

#include <limits>

namespace filer {
namespace {

using test::CommandTest;
using test::Frames;
using test::Responder;
using test::stamp;

constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

class TailTest : public CommandTest {};

GetRequest decode(const std::string& request) {
  constexpr std::size_t most_bytes = 65536;
  return std::get<GetRequest>(RequestDecoder(most_bytes).decode(request));
}

Frames bytes_of(std::uint64_t size, std::uint64_t offset, const std::string& bytes) {
  Chunk chunk;
  chunk.bytes = Bytes(bytes);
  chunk.header.size = size;
  chunk.header.offset = offset;
  chunk.header.length = bytes.size();
  const Reply reply = encode_chunk_reply(chunk, Encoding::raw, stamp);
  return {"", reply.header, bytes};
}

/// A file of newlines.
Responder::Answer serves_lines(std::uint64_t size) {
  return [size](const std::string& bytes) {
    const GetRequest request = decode(bytes);
    return bytes_of(size, request.offset, std::string(*request.length, '\n'));
  };
}

TEST_F(TailTest, EndsAtTheEndOfTheLargestFileThereCanBe) {
  EXPECT_EQ(run(TailOptions{"log", 3, false}, serves_lines(largest)), "\n\n\n");
  EXPECT_EQ(status, ExitStatus::done) << message;
}

TEST_F(TailTest, FailsOnMoreBytesThanItAskedFor) {
  run(TailOptions{"log", 3, false}, [](const std::string& bytes) {
    const GetRequest request = decode(bytes);
    const std::size_t excess = *request.length == 0 ? 0 : 1;
    return bytes_of(10, request.offset, std::string(*request.length + excess, '\n'));
  });
  EXPECT_EQ(status, ExitStatus::failed);
  EXPECT_EQ(message, "other bytes than it was asked for");
}

TEST_F(TailTest, FailsOnBytesOfAnotherPlace) {
  const std::string output = run(TailOptions{"log", 3, false}, [](const std::string& bytes) {
    const GetRequest request = decode(bytes);
    return bytes_of(10, *request.length == 0 ? 0 : 5, std::string(*request.length, '\n'));
  });
  EXPECT_EQ(output, "");
  EXPECT_EQ(status, ExitStatus::failed);
  EXPECT_EQ(message, "other bytes than it was asked for");
}

}  // namespace
}  // namespace filer
