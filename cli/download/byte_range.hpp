#pragma once

#include <cstdint>

namespace filer {

/// Some of a file's bytes.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  [[nodiscard]] std::uint64_t end() const noexcept { return offset + length; }
  bool operator==(const ByteRange&) const = default;
};

}  // namespace filer
