#include "daemon/files/file_content.hpp"

#include "daemon/files/read_range.hpp"
#include "daemon/files/unchanged.hpp"
#include "protocol/error_code.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace filer {
namespace {

/// What files without a size are read by, at first.
constexpr std::uint64_t unknown_size_step = 4096;

[[noreturn]] void refuse_size(std::uint64_t most_bytes, std::optional<std::uint64_t> size) {
  const std::string message = fmt::format("larger than the {} bytes a classic request can get", most_bytes);
  if (size) throw RequestError(ErrorCode::too_large, message, *size);
  throw RequestError(ErrorCode::too_large, message);
}

Bytes read_to_end(FileDescriptor file, std::uint64_t size, std::uint64_t most_bytes, int flags) {
  Bytes content;
  content.resize(size > 0 ? size : std::min(unknown_size_step, most_bytes + 1));
  std::size_t filled = fill_from(file, content, 0, 0, flags);
  while (size == 0 && filled == content.size()) {
    if (filled > most_bytes) refuse_size(most_bytes, std::nullopt);
    content.resize(std::min(content.size() * 2, most_bytes + 1));
    filled = fill_from(file, content, 0, filled, flags);
  }
  content.resize(filled);
  return content;
}

/// Into a chunk that has its etag already.
void read_range(Chunk& chunk, FileDescriptor file, const Range& range, const FileState& state, int flags) {
  chunk.bytes.resize(clamp_range(range.offset, range.length, state.size));
  const std::size_t filled = fill_from(file, chunk.bytes, range.offset, 0, flags);
  // Fewer bytes than there should be: it has changed, which the caller finds out, or it claims more than it
  // has.
  const bool ended = filled < chunk.bytes.size();
  chunk.bytes.resize(filled);
  chunk.bytes.shrink_to_fit();  // it is counted by its size from here on
  if (state.size == 0 && filled == 0) refuse_past_empty(file, range.offset);
  ChunkHeader& header = chunk.header;
  header.size = state.size;
  header.offset = range.offset;
  header.length = filled;
  header.eof = ended || (state.size > 0 && range.offset + filled == state.size);
  header.mtime = mtime_of(state);
  header.mode = state.mode;
  header.id = id_of(state);
}

}  // namespace

Bytes read_whole_file(FileDescriptor file, std::uint64_t most_bytes, int flags) {
  return read_unchanged(file, [&](const FileState& state) {
    if (state.size > most_bytes) refuse_size(most_bytes, state.size);
    return read_to_end(file, state.size, most_bytes, flags);
  });
}

Chunk read_chunk(FileDescriptor file, const Range& range, const Preconditions& preconditions, int flags) {
  const auto read = [&](const FileState& state) {
    Chunk chunk;
    const std::string& etag = chunk.header.etag = etag_of(state);
    if (preconditions.if_match && *preconditions.if_match != etag) {
      throw RequestError(ErrorCode::changed, "it has changed: its etag is another one now");
    }
    if (preconditions.if_none_match != etag) read_range(chunk, file, range, state, flags);
    return chunk;
  };
  return read_unchanged(file, read, preconditions.settled ? settled_file_state : regular_file_state);
}

}  // namespace filer
