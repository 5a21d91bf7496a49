#include "cli/download/content_digests.hpp"

#include <algorithm>

namespace filer {

void ContentDigests::update(std::string_view bytes) {
  whole_.update(bytes);
  while (with_chunks_ && !bytes.empty()) {
    const std::string_view part = bytes.substr(0, chunk_bytes - filled_);
    chunk_.update(part);
    filled_ += part.size();
    bytes.remove_prefix(part.size());
    if (filled_ < chunk_bytes) continue;
    chunks_.push_back(chunk_.finish());
    filled_ = 0;
  }
}

std::string ContentDigests::chunk(std::uint64_t index) const {
  return index < chunks_.size() ? chunks_[index] : chunk_.peek();
}

}  // namespace filer
