#pragma once

#include "cli/client.hpp"
#include "cli/download/byte_range.hpp"

namespace filer {

/// The header of the bytes that came for a range. Throws MalformedReply where they are others than asked for.
[[nodiscard]] ChunkHeader read_chunk_header(const Answer& answer, const ByteRange& asked);

}  // namespace filer
