#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/files/file_state.hpp"
#include "protocol/error_code.hpp"

namespace filer {

/// The state of a regular file. Throws RequestError (not_a_file) for anything else, and std::system_error.
[[nodiscard]] FileState regular_file_state(FileDescriptor file);

/// Calls `read` with the file's state, again where the state is another one afterwards, and returns what the
/// last call did: what was there at one moment, as far as size, mtime and ctime can tell. A file that is
/// rewritten again and again is given up: throws RequestError (changed).
template <class Read>
auto read_unchanged(FileDescriptor file, const Read& read) {
  constexpr int most_tries = 3;
  FileState before = regular_file_state(file);
  for (int tries = 0; tries < most_tries; ++tries) {
    auto result = read(before);
    const FileState after = regular_file_state(file);
    if (same_state(before, after)) return result;
    before = after;
  }
  throw RequestError(ErrorCode::changed, "it kept changing while it was read");
}

}  // namespace filer
