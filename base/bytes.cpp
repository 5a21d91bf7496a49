#include "base/bytes.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace filer {

Bytes::Bytes(std::string_view content) {
  resize(content.size());
  std::copy(content.begin(), content.end(), data());
}

void Bytes::swap(Bytes& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
}

void Bytes::resize(std::size_t size) {
  if (size > capacity_) reallocate(size);
  size_ = size;
}

void Bytes::shrink_to_fit() {
  if (size_ == 0) {
    *this = Bytes();
  } else if (size_ < capacity_ / 2) {
    reallocate(size_);
  }
}

void Bytes::reallocate(std::size_t capacity) {
  auto* bytes = static_cast<char*>(std::realloc(bytes_.get(), capacity));
  if (bytes == nullptr) throw std::bad_alloc();
  (void)bytes_.release();  // realloc() has taken it
  bytes_.reset(bytes);
  capacity_ = capacity;
}

}  // namespace filer
