#pragma once

#include "base/file_descriptor.hpp"

#include <cstdint>
#include <span>

/// The arithmetic and the loop that all reading of files shares.
namespace filer {

/// How many of `length` bytes from `offset` on there are in a file of this size; all of them where the size
/// is 0, which may say nothing. Throws RequestError (range).
[[nodiscard]] std::uint64_t clamp_range(std::uint64_t offset, std::uint64_t length, std::uint64_t size);

/// For a file that does not say its size, and has nothing to read at `offset`: throws RequestError (range)
/// where it is empty and the offset is not 0. Throws std::system_error.
void refuse_past_empty(FileDescriptor file, std::uint64_t offset);

/// Fills `bytes` from its own index `from` on with the file's bytes, the first of which lies at the file's
/// offset `start`; stops early only at the end of the file. Returns how much of it is filled. `flags`: of
/// preadv2(2). Throws std::system_error; with RWF_NOWAIT, WouldBlock, and EOPNOTSUPP where the file system
/// has no such reading.
[[nodiscard]] std::size_t fill_from(FileDescriptor file, std::span<char> bytes, std::uint64_t start,
                                    std::size_t from = 0, int flags = 0);

}  // namespace filer
