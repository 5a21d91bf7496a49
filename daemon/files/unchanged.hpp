#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/files/file_state.hpp"
#include "protocol/error_code.hpp"

namespace filer {

/// The state of a regular file. Throws RequestError (not_a_file) for anything else, and std::system_error.
[[nodiscard]] FileState regular_file_state(FileDescriptor file);

/// Waits until nobody is in the middle of a write(2) to a file, and until another write would show in its
/// state, and returns that: what is read from then on and has the same state afterwards is what whole writes
/// left there, and not a half-made one. May block, for as long as a write takes. Where the file system gives
/// no way to wait for writers (all common ones do), or the file does not come to rest for a tenth of a
/// second, the state at the end of that time. Throws as regular_file_state().
[[nodiscard]] FileState settled_file_state(FileDescriptor file);

/// Calls `read` with the file's state, again where the state is another one afterwards, and returns what the
/// last call did: what was there at one moment, as far as size, mtime and ctime can tell. A file that is
/// rewritten again and again is given up: throws RequestError (changed).
template <class Read>
auto read_unchanged(FileDescriptor file, const Read& read,
                    FileState (*state_before)(FileDescriptor) = regular_file_state) {
  constexpr int most_tries = 3;
  for (int tries = 0; tries < most_tries; ++tries) {
    const FileState before = state_before(file);
    auto result = read(before);
    if (same_state(before, regular_file_state(file))) return result;
  }
  throw RequestError(ErrorCode::changed, "it kept changing while it was read");
}

}  // namespace filer
