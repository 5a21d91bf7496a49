#pragma once

#include "base/file_descriptor.hpp"
#include "protocol/reply.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace filer {

/// Which entries of a directory.
struct PageRange {
  std::optional<std::string> after;  ///< where the page before ended, its `next`; not set: the beginning
  std::size_t most_entries = 0;
  bool with_hidden_files = true;
};

/// Reads entries of an open directory, in the directory's own order. Costs what the page holds, whatever the
/// directory does. Symbolic links are entries of their own. Entries that come or go meanwhile may be in a
/// page or not; the others are in exactly one. Throws RequestError (bad_request: not a cursor) and
/// std::system_error.
[[nodiscard]] DirectoryPage read_page(FileDescriptor directory, const PageRange& range);

}  // namespace filer
