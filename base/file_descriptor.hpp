#pragma once

#include <utility>

namespace filer {

/// A descriptor that somebody else owns: a borrowed handle, valid as long as its owner keeps it open.
class FileDescriptor {
 public:
  constexpr FileDescriptor() noexcept = default;
  constexpr explicit FileDescriptor(int value) noexcept : value_(value) {}

  [[nodiscard]] constexpr int get() const noexcept { return value_; }
  [[nodiscard]] constexpr bool is_open() const noexcept { return value_ >= 0; }

 private:
  int value_ = -1;
};

/// The owner of a descriptor: closes it when it goes. Moves, never copies.
class UniqueFileDescriptor {
 public:
  UniqueFileDescriptor() noexcept = default;
  explicit UniqueFileDescriptor(int value) noexcept : value_(value) {}
  UniqueFileDescriptor(UniqueFileDescriptor&& other) noexcept : value_(other.release()) {}
  UniqueFileDescriptor& operator=(UniqueFileDescriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  UniqueFileDescriptor(const UniqueFileDescriptor&) = delete;
  UniqueFileDescriptor& operator=(const UniqueFileDescriptor&) = delete;
  ~UniqueFileDescriptor();

  [[nodiscard]] int get() const noexcept { return value_; }
  [[nodiscard]] bool is_open() const noexcept { return value_ >= 0; }
  [[nodiscard]] FileDescriptor borrow() const noexcept { return FileDescriptor(value_); }

  /// Gives the descriptor away: the caller closes it from now on.
  [[nodiscard]] int release() noexcept { return std::exchange(value_, -1); }

 private:
  int value_ = -1;
};

}  // namespace filer
