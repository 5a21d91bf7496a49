#include "daemon/files/file_digest.hpp"

#include "base/sha256.hpp"
#include "daemon/files/file_state.hpp"
#include "protocol/error_code.hpp"
#include "tests/unit/daemon/files/growing_file.hpp"
#include "tests/unit/support/eventually.hpp"
#include "tests/unit/support/random_bytes.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace filer {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
const std::string digest_of_nothing = sha256_of("");

UniqueFileDescriptor open_file(const std::string& path) {
  return UniqueFileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

Digests digest(const std::string& path, const DigestRange& range, Supervision& supervision) {
  return digest_file(open_file(path).borrow(), range, supervision);
}

Digests digest(const std::string& path, const DigestRange& range) {
  Supervision supervision;
  return digest(path, range, supervision);
}

/// The code that a range is refused with.
std::optional<ErrorCode> refusal_of(const std::string& path, const DigestRange& range,
                                    Supervision& supervision) {
  try {
    (void)digest(path, range, supervision);
    return std::nullopt;
  } catch (const RequestError& error) {
    return error.code;
  }
}

std::optional<ErrorCode> refusal_of(const std::string& path, const DigestRange& range) {
  Supervision supervision;
  return refusal_of(path, range, supervision);
}

/// What the digests of these bytes are, chunk by chunk.
std::vector<std::string> digests_of(std::string_view bytes, std::size_t chunk) {
  std::vector<std::string> digests;
  for (std::size_t at = 0; at < bytes.size(); at += chunk)
    digests.push_back(sha256_of(bytes.substr(at, chunk)));
  return digests;
}

TEST(FileDigest, OfAWholeFileIsThatOfItsBytes) {
  const test::TempDirectory directory;
  test::RandomBytes random;
  // Around the blocks that it is read by.
  for (const std::size_t size : {1UL, 262143UL, 262144UL, 262145UL, 1000000UL}) {
    const std::string bytes = random.next(size);
    const Digests digests = digest(directory.write("file", bytes), {});
    EXPECT_EQ(digests.hexadecimal, std::vector{sha256_of(bytes)}) << size;
    EXPECT_EQ(digests.size, size);
    EXPECT_EQ(digests.offset, 0U);
    EXPECT_EQ(digests.length, size);
    EXPECT_TRUE(digests.eof);
    EXPECT_EQ(digests.chunk, std::nullopt);
  }
}

TEST(FileDigest, BelongsToTheFilesEtag) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", "0123456789");
  EXPECT_EQ(digest(path, {}).etag, etag_of(state_of(open_file(path).borrow())));
}

TEST(FileDigest, OfARangeIsThatOfItsBytes) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", "0123456789");
  const Digests middle = digest(path, {2, 3, {}});
  EXPECT_EQ(middle.hexadecimal, std::vector{sha256_of("234")});
  EXPECT_EQ(middle.offset, 2U);
  EXPECT_EQ(middle.length, 3U);
  EXPECT_FALSE(middle.eof);
  const Digests rest = digest(path, {2, {}, {}});
  EXPECT_EQ(rest.hexadecimal, std::vector{sha256_of("23456789")});
  EXPECT_TRUE(rest.eof);
  const Digests cut = digest(path, {8, most, {}});
  EXPECT_EQ(cut.hexadecimal, std::vector{sha256_of("89")});
  EXPECT_EQ(cut.length, 2U);
  EXPECT_TRUE(cut.eof);
}

TEST(FileDigest, AtTheEndIsThatOfNothing) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", "0123456789");
  for (const std::optional<std::uint64_t> chunk : {std::optional<std::uint64_t>(), std::optional(most)}) {
    const Digests digests = digest(path, {10, {}, chunk, 5});
    EXPECT_EQ(digests.hexadecimal, std::vector{digest_of_nothing});
    EXPECT_EQ(digests.length, 0U);
    EXPECT_TRUE(digests.eof);
  }
}

TEST(FileDigest, OfAnEmptyFileIsThatOfNothing) {
  const test::TempDirectory directory;
  const std::string path = directory.write("empty", "");
  for (const std::optional<std::uint64_t> chunk : {std::optional<std::uint64_t>(), std::optional(most)}) {
    const Digests digests = digest(path, {0, {}, chunk, 5});
    EXPECT_EQ(digests.hexadecimal, std::vector{digest_of_nothing});
    EXPECT_EQ(digests.length, 0U);
    EXPECT_TRUE(digests.eof);
  }
}

TEST(FileDigest, PastTheEndIsRefused) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", "0123456789");
  EXPECT_EQ(refusal_of(path, {11, {}, {}}), ErrorCode::range);
  EXPECT_EQ(refusal_of(path, {most, most, most, 1000}), ErrorCode::range);
  EXPECT_EQ(refusal_of(directory.write("empty", ""), {1, {}, {}}), ErrorCode::range);
}

TEST(FileDigest, OfChunksIsOneForEach) {
  const test::TempDirectory directory;
  const std::string bytes = test::RandomBytes().next(600000);
  const std::string path = directory.write("file", bytes);
  for (const std::size_t chunk : {1000UL, 262144UL, 262145UL, 300000UL, 599999UL, 600000UL, 600001UL}) {
    const Digests digests = digest(path, {0, {}, chunk, 1000});
    EXPECT_EQ(digests.hexadecimal, digests_of(bytes, chunk)) << chunk;
    EXPECT_EQ(digests.chunk, chunk);
    EXPECT_EQ(digests.length, bytes.size());
    EXPECT_TRUE(digests.eof);
  }
}

TEST(FileDigest, OfChunksBeginsWithTheRange) {
  const test::TempDirectory directory;
  const Digests digests = digest(directory.write("file", "0123456789"), {1, 7, 3, 1000});
  EXPECT_EQ(digests.hexadecimal, (std::vector{sha256_of("123"), sha256_of("456"), sha256_of("7")}));
  EXPECT_EQ(digests.length, 7U);
  EXPECT_FALSE(digests.eof);
}

/// Page by page, all of the file; no page has more digests than it may.
TEST(FileDigest, OfManyChunksComesInPages) {
  const test::TempDirectory directory;
  const std::string bytes = test::RandomBytes().next(100);
  const std::string path = directory.write("file", bytes);
  for (std::uint64_t chunk = 1; chunk <= 101; ++chunk) {
    for (const std::size_t page : {1UL, 3UL, 7UL}) {
      std::vector<std::string> all;
      std::uint64_t offset = 0;
      for (bool eof = false; !eof;) {
        const Digests digests = digest(path, {offset, {}, chunk, page});
        ASSERT_LE(digests.hexadecimal.size(), page);
        ASSERT_EQ(digests.offset, offset);
        all.insert(all.end(), digests.hexadecimal.begin(), digests.hexadecimal.end());
        offset += digests.length;
        eof = digests.eof;
      }
      ASSERT_EQ(offset, bytes.size());
      ASSERT_EQ(all, digests_of(bytes, chunk)) << chunk << " " << page;
    }
  }
}

TEST(FileDigest, NeverHasMoreDigestsThanAPageWhateverTheLength) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", std::string(50, 'x'));
  for (std::uint64_t length = 1; length <= 50; ++length) {
    for (std::uint64_t chunk = 1; chunk <= length; ++chunk) {
      const Digests digests = digest(path, {0, length, chunk, 3});
      ASSERT_LE(digests.hexadecimal.size(), 3U) << length << " " << chunk;
      ASSERT_EQ(digests.length, std::min(length, 3 * chunk)) << length << " " << chunk;
    }
  }
}

TEST(FileDigest, TakesNumbersThatNoProductCanHold) {
  const test::TempDirectory directory;
  const std::string path = directory.write("file", "0123456789");
  for (const std::uint64_t chunk : {most, most - 1, most / 2 + 1, most / 1000 + 1, most >> 1, most >> 10}) {
    for (const std::optional<std::uint64_t> length : {std::optional<std::uint64_t>(), std::optional(most)}) {
      const Digests digests = digest(path, {4, length, chunk, 1000});
      EXPECT_EQ(digests.hexadecimal, std::vector{sha256_of("456789")}) << chunk;
      EXPECT_EQ(digests.length, 6U);
      EXPECT_TRUE(digests.eof);
    }
  }
}

TEST(FileDigest, OfAFileThatClaimsToBeEmptyIsThatOfItsContent) {
  const std::string content = test::read_file("/proc/version");
  const Digests whole = digest("/proc/version", {});
  EXPECT_EQ(whole.hexadecimal, std::vector{sha256_of(content)});
  EXPECT_EQ(whole.size, 0U);
  EXPECT_EQ(whole.length, content.size());
  EXPECT_TRUE(whole.eof);
  EXPECT_EQ(digest("/proc/version", {2, 5, {}}).hexadecimal, std::vector{sha256_of(content.substr(2, 5))});
  EXPECT_EQ(digest("/proc/version", {0, {}, 10, 1000}).hexadecimal, digests_of(content, 10));
}

/// As much virtual memory as there can be is in it.
TEST(FileDigest, GivesUpAFileThatDoesNotSayItsSizeAndDoesNotEnd) {
  const std::string endless = "/proc/self/pagemap";
  std::string first(8, '\0');
  const UniqueFileDescriptor file = open_file(endless);
  if (!file.is_open() || ::pread(file.get(), first.data(), first.size(), 128 << 20) != 8) {
    GTEST_SKIP() << "no " << endless << " here";
  }
  EXPECT_EQ(refusal_of(endless, {}), ErrorCode::too_large);
  EXPECT_EQ(refusal_of(endless, {0, 4096, {}}), std::nullopt);
  EXPECT_EQ(refusal_of(endless, {0, 64 << 20, {}}), std::nullopt);
  EXPECT_EQ(refusal_of(endless, {0, (64 << 20) + 1, {}}), ErrorCode::too_large);
}

TEST(FileDigest, IsOfRegularFilesOnly) {
  const test::TempDirectory directory;
  EXPECT_EQ(refusal_of(directory.path(), {}), ErrorCode::not_a_file);
  EXPECT_EQ(refusal_of("/dev/zero", {}), ErrorCode::not_a_file);
}

/// A file of 8 MiB is longer in the reading than a byte is in the writing, nearly always.
TEST(FileDigest, OfAFileThatKeepsChangingIsGivenUp) {
  const test::TempDirectory directory;
  const test::GrowingFile file(directory / "log", 8 << 20, 0us);
  EXPECT_TRUE(test::eventually([&] { return refusal_of(directory / "log", {}) == ErrorCode::changed; }));
}

TEST(FileDigest, OfAFileThatGrowsIsThatOfOneMoment) {
  const test::TempDirectory directory;
  const test::GrowingFile file(directory / "log", 1000, 50us);
  int good = 0;
  EXPECT_TRUE(test::eventually([&] {
    try {
      const Digests digests = digest(directory / "log", {});
      EXPECT_EQ(digests.hexadecimal, std::vector{sha256_of(test::grown_bytes(digests.size))});
      EXPECT_EQ(digests.length, digests.size);
      ++good;
    } catch (const RequestError& error) {
      EXPECT_EQ(error.code, ErrorCode::changed);
    }
    return good >= 100;
  }));
}

/// A terabyte: it is stopped, or this test never ends.
TEST(FileDigest, EndsEarlyWhenItIsStopped) {
  const test::TempDirectory directory;
  const std::string path = directory.write("sparse", "");
  std::filesystem::resize_file(path, 1ULL << 40);
  Supervision before;
  before.stop();
  EXPECT_EQ(refusal_of(path, {}, before), ErrorCode::busy);
  Supervision meanwhile;
  const auto begun = meanwhile.last_step();
  const std::jthread stopper([&] {
    EXPECT_TRUE(test::eventually([&] { return meanwhile.last_step() > begun; })) << "it is not seen to go on";
    meanwhile.stop();
  });
  EXPECT_EQ(refusal_of(path, {}, meanwhile), ErrorCode::busy);
}

}  // namespace
}  // namespace filer
