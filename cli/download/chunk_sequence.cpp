#include "cli/download/chunk_sequence.hpp"

#include <algorithm>

namespace filer {

std::optional<ByteRange> ChunkSequence::next(std::uint64_t most) {
  if (!gaps_.empty()) {
    ByteRange& gap = gaps_.back();
    const ByteRange range{gap.offset, std::min(gap.length, most)};
    gap.offset += range.length;
    gap.length -= range.length;
    if (gap.length == 0) gaps_.pop_back();
    return range;
  }
  if (end_ || (size_ > 0 && next_ >= size_) || (size_ == 0 && next_ > taken_)) return std::nullopt;
  if (next_ >= taken_ + most_ahead) return std::nullopt;
  const ByteRange range{next_, size_ > 0 ? std::min(size_ - next_, most) : most};
  next_ += range.length;
  return range;
}

bool ChunkSequence::put(const ByteRange& asked, std::string bytes, bool is_end) {
  if (bytes.empty() && !is_end) return false;
  const std::uint64_t end = asked.offset + bytes.size();
  if (is_end) {
    end_ = end_ ? std::min(*end_, end) : end;
  } else if (size_ == 0) {
    next_ = end;
  } else if (bytes.size() < asked.length) {
    gaps_.push_back({end, asked.length - bytes.size()});
  }
  if (!bytes.empty()) waiting_[asked.offset] = std::move(bytes);
  return true;
}

std::optional<std::string> ChunkSequence::take() {
  const auto first = waiting_.find(taken_);
  if (first == waiting_.end()) return std::nullopt;
  std::string bytes = std::move(first->second);
  waiting_.erase(first);
  taken_ += bytes.size();
  return bytes;
}

bool ChunkSequence::is_complete() const noexcept {
  return end_ ? taken_ >= *end_ : size_ > 0 && taken_ >= size_;
}

}  // namespace filer
