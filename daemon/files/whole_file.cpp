#include "daemon/files/whole_file.hpp"

#include "base/system_error.hpp"
#include "protocol/error_code.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

namespace filer {
namespace {

/// A file that is rewritten again and again is given up after this many readings.
constexpr int most_tries = 3;

/// What files without a size are read by, at first.
constexpr std::uint64_t unknown_size_step = 4096;

struct stat stat_regular_file(FileDescriptor file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_errno("fstat");
  if (S_ISDIR(status.st_mode)) throw RequestError(ErrorCode::not_a_file, "a directory, not a file");
  if (!S_ISREG(status.st_mode)) throw RequestError(ErrorCode::not_a_file, "not a regular file");
  return status;
}

bool same_time(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool unchanged(const struct stat& before, const struct stat& after) {
  return before.st_size == after.st_size && same_time(before.st_mtim, after.st_mtim) &&
         same_time(before.st_ctim, after.st_ctim);
}

[[noreturn]] void refuse_size(std::uint64_t most_bytes, std::optional<std::uint64_t> size) {
  const std::string message = fmt::format("larger than the {} bytes a classic request can get", most_bytes);
  if (size) throw RequestError(ErrorCode::too_large, message, *size);
  throw RequestError(ErrorCode::too_large, message);
}

/// Fills `content` from its offset `from` on; stops early only at the end of the file. Returns how much of it
/// is filled.
std::size_t fill(FileDescriptor file, std::string& content, std::size_t from) {
  while (from < content.size()) {
    const ssize_t count =
        ::pread(file.get(), content.data() + from, content.size() - from, static_cast<off_t>(from));
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

}  // namespace

std::string read_whole_file(FileDescriptor file, std::uint64_t most_bytes) {
  struct stat before = stat_regular_file(file);
  for (int tries = 0; tries < most_tries; ++tries) {
    const auto size = static_cast<std::uint64_t>(before.st_size);
    if (size > most_bytes) refuse_size(most_bytes, size);
    std::string content = read_to_end(file, size, most_bytes);
    const struct stat after = stat_regular_file(file);
    if (unchanged(before, after)) return content;
    before = after;
  }
  throw RequestError(ErrorCode::changed, "it kept changing while it was read");
}

}  // namespace filer
