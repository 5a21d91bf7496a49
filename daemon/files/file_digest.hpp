#pragma once

#include "base/file_descriptor.hpp"
#include "daemon/pool/supervision.hpp"
#include "protocol/reply.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace filer {

/// What of a file is to be hashed, and how.
struct DigestRange {
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;  ///< not set: to the end
  std::optional<std::uint64_t> chunk;   ///< not zero; not set: one digest of all of it
  std::size_t most_digests = 1;         ///< with a chunk, the range ends after so many
};

/// The SHA-256 of a range of a regular file, or of each chunk of it, clamped to the end of the file. Reads
/// all of the range, which may take long, in little memory, a step at a time. Throws RequestError
/// (not_a_file, range, changed, too_large: a file that does not say its size and does not end; busy: told to
/// stop) and std::system_error.
[[nodiscard]] Digests digest_file(FileDescriptor file, const DigestRange& range, Supervision& supervision);

}  // namespace filer
