#pragma once

#include "base/file_descriptor.hpp"
#include "protocol/reply.hpp"

#include <sys/stat.h>

#include <cstddef>
#include <optional>
#include <string>

namespace filer {

[[nodiscard]] FileType file_type_of(const struct stat& status) noexcept;

/// Reads at most `most_entries` entries of an open directory, in the directory's own order, from where the
/// page before ended on (`after`: its `next`) or from the beginning. Costs what the page holds, whatever the
/// directory does. Symbolic links are entries of their own. Entries that come or go meanwhile may be in a
/// page or not; the others are in exactly one. Throws RequestError (bad_request: not a cursor) and
/// std::system_error.
[[nodiscard]] DirectoryPage read_page(FileDescriptor directory, const std::optional<std::string>& after,
                                      std::size_t most_entries, bool with_hidden_files);

}  // namespace filer
