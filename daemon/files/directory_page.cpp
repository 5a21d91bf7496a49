#include "daemon/files/directory_page.hpp"

#include "base/system_error.hpp"
#include "daemon/files/etag.hpp"
#include "protocol/error_code.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>

namespace filer {
namespace {

/// The kernel's own position in a directory, which it takes back: d_off of getdents64(2).
off_t parse_cursor(const std::string& text) {
  off_t cursor = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), cursor);
  if (error != std::errc() || rest != text.data() + text.size() || cursor < 0) {
    throw RequestError(ErrorCode::bad_request, "member 'after' is not the 'next' of a page");
  }
  return cursor;
}

/// The status of an entry itself; false if it has gone meanwhile.
bool stat_entry(FileDescriptor directory, const char* name, struct stat& status) {
  if (::fstatat(directory.get(), name, &status, AT_SYMLINK_NOFOLLOW) == 0) return true;
  if (errno == ENOENT) return false;
  throw_errno("fstatat");
}

bool is_wanted(std::string_view name, bool with_hidden_files) {
  if (name == "." || name == "..") return false;
  return with_hidden_files || !name.starts_with('.');
}

}  // namespace

FileType file_type_of(const struct stat& status) noexcept {
  if (S_ISREG(status.st_mode)) return FileType::file;
  if (S_ISDIR(status.st_mode)) return FileType::directory;
  if (S_ISLNK(status.st_mode)) return FileType::symlink;
  return FileType::other;
}

DirectoryPage read_page(FileDescriptor directory, const std::optional<std::string>& after,
                        std::size_t most_entries, bool with_hidden_files) {
  DirectoryPage page;
  struct stat status {};
  if (::fstat(directory.get(), &status) != 0) throw_errno("fstat");
  page.etag = etag_of(status);
  if (after && ::lseek(directory.get(), parse_cursor(*after), SEEK_SET) < 0) throw_errno("lseek");
  alignas(dirent64) std::array<char, 32768> buffer;
  while (true) {
    const ssize_t filled = ::getdents64(directory.get(), buffer.data(), buffer.size());
    if (filled < 0) throw_errno("getdents64");
    if (filled == 0) return page;
    for (ssize_t at = 0; at < filled;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
      at += entry->d_reclen;
      if (!is_wanted(entry->d_name, with_hidden_files)) continue;
      if (!stat_entry(directory, entry->d_name, status)) continue;
      page.entries.push_back({entry->d_name, file_type_of(status), static_cast<std::uint64_t>(status.st_size),
                              mtime_of(status)});
      if (page.entries.size() < most_entries) continue;
      page.next = fmt::format("{}", entry->d_off);
      return page;
    }
  }
}

}  // namespace filer
