#pragma once

#include "base/sha256.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// The SHA-256 of bytes that come in order: of all of them and, where that may be needed, of each chunk.
class ContentDigests {
 public:
  static constexpr std::uint64_t chunk_bytes = 4 << 20;

  explicit ContentDigests(bool with_chunks) : with_chunks_(with_chunks) {}

  void update(std::string_view bytes);

  /// Of all bytes so far.
  [[nodiscard]] std::string whole() const { return whole_.peek(); }

  /// Of the chunk with this index; the last one may be shorter. It must be there, and chunks wanted.
  [[nodiscard]] std::string chunk(std::uint64_t index) const;

 private:
  bool with_chunks_;
  Sha256 whole_;
  Sha256 chunk_;
  std::uint64_t filled_ = 0;  ///< bytes in chunk_
  std::vector<std::string> chunks_;
};

}  // namespace filer
