#include "daemon/files/file_digest.hpp"

#include "base/bytes.hpp"
#include "base/sha256.hpp"
#include "daemon/files/read_range.hpp"
#include "daemon/files/unchanged.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace filer {
namespace {

/// What is read at once: small enough to be hashed while it is in the processor's cache.
constexpr std::uint64_t block_bytes = 256 << 10;

/// Files of procfs do not say their size, and a few of them hardly end.
constexpr std::uint64_t most_bytes_without_size = 64 << 20;

/// Hashes bytes as they come, a digest for each chunk.
class ChunkDigester {
 public:
  explicit ChunkDigester(std::uint64_t chunk) : chunk_(chunk) {}

  /// How many bytes there may be in the next update.
  [[nodiscard]] std::uint64_t room() const { return std::min(block_bytes, chunk_ - filled_); }

  void update(std::string_view bytes) {
    digest_.update(bytes);
    filled_ += bytes.size();
    if (filled_ == chunk_) end_chunk();
  }

  /// The digests; at least one, be it of nothing.
  [[nodiscard]] std::vector<std::string> finish() {
    if (filled_ > 0 || digests_.empty()) end_chunk();
    return std::move(digests_);
  }

 private:
  void end_chunk() {
    digests_.push_back(digest_.finish());
    filled_ = 0;
  }

  std::uint64_t chunk_;
  std::uint64_t filled_ = 0;
  Sha256 digest_;
  std::vector<std::string> digests_;
};

std::uint64_t length_of(const DigestRange& range, std::uint64_t size) {
  constexpr std::uint64_t no_bound = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t most = range.length.value_or(no_bound);
  if (range.chunk && *range.chunk <= most / range.most_digests) most = *range.chunk * range.most_digests;
  if (size == 0) most = std::min(most, most_bytes_without_size);
  return clamp_range(range.offset, most, size);
}

/// Reads up to `length` bytes into the digester; stops early at the end of the file and when the file is no
/// longer what it was. Returns how many there were.
std::uint64_t read_into(ChunkDigester& digester, FileDescriptor file, std::uint64_t offset,
                        std::uint64_t length, const FileState& state, Supervision& supervision) {
  Bytes block;
  std::uint64_t done = 0;
  while (done < length) {
    supervision.step();
    block.resize(std::min(length - done, digester.room()));
    const std::size_t filled = fill_from(file, block, offset + done);
    digester.update(std::string_view(block).substr(0, filled));
    done += filled;
    if (filled < block.size() || !same_state(state, state_of(file))) break;
  }
  return done;
}

Digests digest_range(FileDescriptor file, const DigestRange& range, const FileState& state,
                     Supervision& supervision) {
  const std::uint64_t length = length_of(range, state.size);
  ChunkDigester digester(range.chunk.value_or(std::numeric_limits<std::uint64_t>::max()));
  Digests digests;
  digests.length = read_into(digester, file, range.offset, length, state, supervision);
  if (state.size == 0 && digests.length == 0) refuse_past_empty(file, range.offset);
  if (state.size == 0 && digests.length == most_bytes_without_size && range.length != digests.length) {
    throw RequestError(
        ErrorCode::too_large,
        fmt::format("it does not say its size, and goes on after {} bytes", most_bytes_without_size));
  }
  digests.etag = etag_of(state);
  digests.size = state.size;
  digests.offset = range.offset;
  digests.eof = digests.length < length || (state.size > 0 && range.offset + length == state.size);
  digests.chunk = range.chunk;
  digests.hexadecimal = digester.finish();
  return digests;
}

}  // namespace

Digests digest_file(FileDescriptor file, const DigestRange& range, Supervision& supervision) {
  return read_unchanged(
      file, [&](const FileState& state) { return digest_range(file, range, state, supervision); },
      settled_file_state);
}

}  // namespace filer
