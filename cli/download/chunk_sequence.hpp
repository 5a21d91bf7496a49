#pragma once

#include "cli/download/byte_range.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace filer {

/// Which bytes of a file to ask for next, and the order of those that come: from a first byte on to the end
/// of the file, many ranges at once where its size is known.
class ChunkSequence {
 public:
  /// How far behind the first byte that has not come others are asked for: what comes early waits in memory.
  static constexpr std::uint64_t most_ahead = 8 << 20;

  /// `size` of the file; 0: its end is where it is found, by one range after another.
  ChunkSequence(std::uint64_t start, std::uint64_t size) : size_(size), next_(start), taken_(start) {}

  /// What to ask for, of at most so many bytes; nullopt: nothing now.
  [[nodiscard]] std::optional<ByteRange> next(std::uint64_t most);

  /// The bytes that came for a range that was asked for, which may be fewer; what is missing is asked for
  /// again. `is_end`: the file ends with them. False: none came, and it does not end there.
  [[nodiscard]] bool put(const ByteRange& asked, std::string bytes, bool is_end);

  /// The next bytes in order; nullopt: they have not come.
  [[nodiscard]] std::optional<std::string> take();

  /// All bytes to the end of the file were taken.
  [[nodiscard]] bool is_complete() const noexcept;

 private:
  std::uint64_t size_;
  std::uint64_t next_;           ///< the first byte that was not asked for
  std::uint64_t taken_;          ///< the first byte that was not taken
  std::vector<ByteRange> gaps_;  ///< what came short
  std::map<std::uint64_t, std::string> waiting_;
  std::optional<std::uint64_t> end_;  ///< seen
};

}  // namespace filer
