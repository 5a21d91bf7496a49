#include "daemon/files/directory_page.hpp"

#include "base/system_error.hpp"
#include "daemon/files/file_state.hpp"
#include "protocol/error_code.hpp"

#include <dirent.h>
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

bool is_wanted(std::string_view name, bool with_hidden_files) {
  if (name == "." || name == "..") return false;
  return with_hidden_files || !name.starts_with('.');
}

}  // namespace

DirectoryPage read_page(FileDescriptor directory, const PageRange& range) {
  DirectoryPage page;
  page.etag = etag_of(state_of(directory));
  if (range.after && ::lseek(directory.get(), parse_cursor(*range.after), SEEK_SET) < 0) throw_errno("lseek");
  alignas(dirent64) std::array<char, 32768> buffer;
  while (true) {
    const ssize_t filled = ::getdents64(directory.get(), buffer.data(), buffer.size());
    if (filled < 0) throw_errno("getdents64");
    if (filled == 0) return page;
    for (ssize_t at = 0; at < filled;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
      at += entry->d_reclen;
      if (!is_wanted(entry->d_name, range.with_hidden_files)) continue;
      const auto state = state_of_entry(directory, entry->d_name);
      if (!state) continue;
      page.entries.push_back({entry->d_name, state->type, state->size, mtime_of(*state)});
      if (page.entries.size() < range.most_entries) continue;
      page.next = fmt::format("{}", entry->d_off);
      return page;
    }
  }
}

}  // namespace filer
