#pragma once

#include "cli/download/byte_range.hpp"
#include "cli/download/content_digests.hpp"
#include "protocol/reply.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace filer {

/// Whether the first bytes of a file that are here are the daemon's: compares the digests of their chunks,
/// page by page, up to the first that differs. The daemon hashes a page while one is hashed here.
class PrefixCheck {
 public:
  /// The first `bytes`, at least 1.
  explicit PrefixCheck(std::uint64_t bytes) : bytes_(bytes) {}

  /// The range whose chunks' digests to ask for next; nullopt: none now.
  [[nodiscard]] std::optional<ByteRange> next();

  /// Takes an answer, in whatever order they come. False: it is none to what was asked.
  [[nodiscard]] bool put(const Digests& theirs, const ByteRange& asked);

  /// The range that is to be compared next; nullopt: its answer has not come.
  [[nodiscard]] std::optional<ByteRange> ready() const;

  /// Compares that range; `ours` must be of all bytes up to its end, or of more.
  void compare(const ContentDigests& ours);

  [[nodiscard]] bool is_over() const noexcept { return differs_ || verified_ == bytes_; }

  /// How many of the bytes are the daemon's, as far as is known.
  [[nodiscard]] std::uint64_t verified() const noexcept { return verified_; }

 private:
  std::uint64_t bytes_;
  std::uint64_t next_ = 0;
  std::uint64_t verified_ = 0;
  bool differs_ = false;
  std::map<std::uint64_t, Digests> answers_;  ///< by offset; not compared yet
};

}  // namespace filer
