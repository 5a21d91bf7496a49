#include "cli/download/chunk_answer.hpp"

namespace filer {

ChunkHeader read_chunk_header(const Answer& answer, const ByteRange& asked) {
  ChunkHeader header = answer.reply.chunk();
  const bool is_asked = header.offset == asked.offset && header.length <= asked.length;
  if (!is_asked || header.length != answer.data.size())
    throw MalformedReply("other bytes than it was asked for");
  return header;
}

}  // namespace filer
