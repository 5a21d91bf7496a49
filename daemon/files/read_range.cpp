#include "daemon/files/read_range.hpp"

#include "base/system_error.hpp"
#include "daemon/files/access.hpp"
#include "protocol/error_code.hpp"

#include <fmt/format.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace filer {

std::uint64_t clamp_range(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
  constexpr auto last = static_cast<std::uint64_t>(std::numeric_limits<off_t>::max());
  if ((size > 0 && offset > size) || offset > last) {
    throw RequestError(ErrorCode::range,
                       fmt::format("offset {} is past the end: it has {} bytes", offset, size), size);
  }
  return std::min(length, size > 0 ? size - offset : last - offset);
}

void refuse_past_empty(FileDescriptor file, std::uint64_t offset) {
  char first = 0;
  if (offset == 0 || fill_from(file, {&first, 1}, 0) > 0) return;
  throw RequestError(ErrorCode::range, fmt::format("offset {} is past the end: it is empty", offset),
                     std::uint64_t{0});
}

std::size_t fill_from(FileDescriptor file, std::span<char> bytes, std::uint64_t start, std::size_t from,
                      int flags) {
  while (from < bytes.size()) {
    const iovec rest{bytes.data() + from, bytes.size() - from};
    const ssize_t count = ::preadv2(file.get(), &rest, 1, static_cast<off_t>(start + from), flags);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN && (flags & RWF_NOWAIT) != 0) throw WouldBlock();
    if (count < 0) throw_errno("preadv2");
    if (count == 0) break;
    from += static_cast<std::size_t>(count);
  }
  return from;
}

}  // namespace filer
