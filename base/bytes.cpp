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
  if (size > capacity_) {
    auto* larger = static_cast<char*>(std::realloc(bytes_.get(), size));
    if (larger == nullptr) throw std::bad_alloc();
    (void)bytes_.release();  // realloc() has taken it
    bytes_.reset(larger);
    capacity_ = size;
  }
  size_ = size;
}

}  // namespace filer
