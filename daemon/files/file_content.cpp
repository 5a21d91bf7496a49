#include "daemon/files/file_content.hpp"

#include "base/system_error.hpp"
#include "daemon/files/etag.hpp"
#include "protocol/error_code.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace filer {
namespace {

/// A file that is rewritten again and again is given up after this many readings.
constexpr int most_tries = 3;

/// What files without a size are read by, at first.
constexpr std::uint64_t unknown_size_step = 4096;

[[noreturn]] void refuse_size(std::uint64_t most_bytes, std::optional<std::uint64_t> size) {
  const std::string message = fmt::format("larger than the {} bytes a classic request can get", most_bytes);
  if (size) throw RequestError(ErrorCode::too_large, message, *size);
  throw RequestError(ErrorCode::too_large, message);
}

/// Fills `content`, which begins at the file's offset `start`, from its own index `from` on; stops early only
/// at the end of the file. Returns how much of it is filled.
std::size_t fill(FileDescriptor file, std::string& content, std::size_t from, std::uint64_t start = 0) {
  while (from < content.size()) {
    const ssize_t count =
        ::pread(file.get(), content.data() + from, content.size() - from, static_cast<off_t>(start + from));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno("pread");
    if (count == 0) break;
    from += static_cast<std::size_t>(count);
  }
  return from;
}

std::string read_to_end(FileDescriptor file, std::uint64_t size, std::uint64_t most_bytes) {
  std::string content(size > 0 ? size : std::min(unknown_size_step, most_bytes + 1), '\0');
  std::size_t filled = fill(file, content, 0);
  while (size == 0 && filled == content.size()) {
    if (filled > most_bytes) refuse_size(most_bytes, std::nullopt);
    content.resize(std::min(content.size() * 2, most_bytes + 1));
    filled = fill(file, content, filled);
  }
  content.resize(filled);
  return content;
}

/// Calls `read` with the file's status until the status is the same afterwards.
template <class Read>
auto read_unchanged(FileDescriptor file, const Read& read) {
  struct stat before = stat_regular_file(file);
  for (int tries = 0; tries < most_tries; ++tries) {
    auto content = read(before);
    const struct stat after = stat_regular_file(file);
    if (same_state(before, after)) return content;
    before = after;
  }
  throw RequestError(ErrorCode::changed, "it kept changing while it was read");
}

/// How many bytes of the range there are in a file of this size; as many as asked for where the size says
/// nothing.
std::uint64_t clamp(const Range& range, std::uint64_t size) {
  constexpr auto last = static_cast<std::uint64_t>(std::numeric_limits<off_t>::max());
  if ((size > 0 && range.offset > size) || range.offset > last - range.length) {
    throw RequestError(ErrorCode::range,
                       fmt::format("offset {} is past the end: it has {} bytes", range.offset, size), size);
  }
  return size > 0 ? std::min(range.length, size - range.offset) : range.length;
}

bool is_really_empty(FileDescriptor file) {
  std::string first(1, '\0');
  return fill(file, first, 0) == 0;
}

Chunk read_range(FileDescriptor file, const Range& range, const struct stat& status) {
  const auto size = static_cast<std::uint64_t>(status.st_size);
  Chunk chunk;
  chunk.bytes.resize(clamp(range, size));
  const std::size_t filled = fill(file, chunk.bytes, 0, range.offset);
  // Fewer bytes than there should be: it has changed, which the caller finds out, or it claims more than it
  // has.
  const bool ended = filled < chunk.bytes.size();
  chunk.bytes.resize(filled);
  if (size == 0 && filled == 0 && range.offset > 0 && is_really_empty(file)) {
    throw RequestError(ErrorCode::range, fmt::format("offset {} is past the end: it is empty", range.offset),
                       size);
  }
  chunk.etag = etag_of(status);
  chunk.size = size;
  chunk.offset = range.offset;
  chunk.eof = ended || (size > 0 && range.offset + filled == size);
  chunk.mtime = mtime_of(status);
  return chunk;
}

}  // namespace

struct stat stat_regular_file(FileDescriptor file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno("fstat");
  if (S_ISDIR(status.st_mode)) throw RequestError(ErrorCode::not_a_file, "a directory, not a file");
  if (!S_ISREG(status.st_mode)) throw RequestError(ErrorCode::not_a_file, "not a regular file");
  return status;
}

std::string read_whole_file(FileDescriptor file, std::uint64_t most_bytes) {
  return read_unchanged(file, [&](const struct stat& status) {
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > most_bytes) refuse_size(most_bytes, size);
    return read_to_end(file, size, most_bytes);
  });
}

Chunk read_chunk(FileDescriptor file, const Range& range, const std::optional<std::string>& if_match) {
  return read_unchanged(file, [&](const struct stat& status) {
    if (if_match && *if_match != etag_of(status)) {
      throw RequestError(ErrorCode::changed, "it has changed: its etag is another one now");
    }
    return read_range(file, range, status);
  });
}

}  // namespace filer
