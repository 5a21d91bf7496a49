#include "cli/download/prefix_check.hpp"

#include <algorithm>

namespace filer {
namespace {

constexpr std::uint64_t chunk_bytes = ContentDigests::chunk_bytes;

/// What one request asks for: fewer digests than a page holds, and not much hashing in vain.
constexpr std::uint64_t page_bytes = 128 * chunk_bytes;
constexpr std::uint64_t pages_ahead = 2;

}  // namespace

std::optional<ByteRange> PrefixCheck::next() {
  if (differs_ || next_ >= std::min(bytes_, verified_ + pages_ahead * page_bytes)) return std::nullopt;
  const ByteRange range{next_, std::min(page_bytes, bytes_ - next_)};
  next_ = range.end();
  return range;
}

bool PrefixCheck::put(const Digests& theirs, const ByteRange& asked) {
  const std::uint64_t count = (theirs.length + chunk_bytes - 1) / chunk_bytes;
  const bool is_whole = theirs.length == asked.length || theirs.length % chunk_bytes == 0;
  const bool is_answer = theirs.offset == asked.offset && theirs.chunk == chunk_bytes && theirs.length > 0 &&
                         theirs.length <= asked.length && is_whole && theirs.hexadecimal.size() == count;
  if (!is_answer) return false;
  if (theirs.length < asked.length) next_ = theirs.offset + theirs.length;  // a daemon with shorter pages
  answers_[theirs.offset] = theirs;
  return true;
}

std::optional<ByteRange> PrefixCheck::ready() const {
  const auto answer = answers_.find(verified_);
  if (is_over() || answer == answers_.end()) return std::nullopt;
  return ByteRange{verified_, answer->second.length};
}

void PrefixCheck::compare(const ContentDigests& ours) {
  const auto answer = answers_.extract(verified_);
  const Digests& theirs = answer.mapped();
  for (const std::string& digest : theirs.hexadecimal) {
    differs_ = ours.chunk(verified_ / chunk_bytes) != digest;
    if (differs_) return;
    verified_ = std::min(verified_ + chunk_bytes, theirs.offset + theirs.length);
  }
}

}  // namespace filer
