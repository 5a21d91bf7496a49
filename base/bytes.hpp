#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace filer {

/// Owned bytes, for contents that may be large: room that is asked for is not written before it is used.
class Bytes {
 public:
  Bytes() noexcept = default;

  /// A copy. Throws std::bad_alloc.
  explicit Bytes(std::string_view content);
  Bytes(const Bytes& other) : Bytes(std::string_view(other)) {}
  Bytes(Bytes&& other) noexcept { swap(other); }
  Bytes& operator=(Bytes other) noexcept {
    swap(other);
    return *this;
  }
  ~Bytes() = default;

  void swap(Bytes& other) noexcept;

  /// So many bytes; those that are new are not set. Throws std::bad_alloc.
  void resize(std::size_t size);

  /// Gives back what is allocated and not part of them, where that is much.
  void shrink_to_fit();

  [[nodiscard]] char* data() noexcept { return bytes_.get(); }
  [[nodiscard]] char* begin() noexcept { return data(); }
  [[nodiscard]] char* end() noexcept { return data() + size_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  operator std::string_view() const noexcept { return {bytes_.get(), size_}; }

  friend bool operator==(const Bytes& a, const Bytes& b) noexcept { return a == std::string_view(b); }
  friend bool operator==(const Bytes& a, std::string_view b) noexcept { return std::string_view(a) == b; }

 private:
  struct Free {
    void operator()(char* bytes) const noexcept { std::free(bytes); }
  };

  void reallocate(std::size_t capacity);

  std::unique_ptr<char[], Free> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace filer
