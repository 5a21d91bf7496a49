#pragma once

#include "cli/download/byte_range.hpp"
#include "cli/download/content_digests.hpp"
#include "cli/download/partial_record.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace filer {

/// Where the bytes of one file go, in order. What fails here throws std::system_error, CommandError.
class Destination {
 public:
  virtual ~Destination() = default;

  /// What is there already, of an earlier download that was cut short; asked once, at first.
  struct Kept {
    PartialRecord record;
    std::uint64_t bytes = 0;  ///< at least 1
  };
  [[nodiscard]] virtual std::optional<Kept> find_kept() = 0;

  /// Hashes bytes that are there.
  virtual void hash_kept(ContentDigests& digests, const ByteRange& range) = 0;

  /// The first `kept` bytes that are there stay, others go; what is written comes behind them.
  virtual void begin(std::uint64_t kept) = 0;

  /// What the bytes are of, so that another download can take up what this one leaves.
  virtual void record(const PartialRecord& record) = 0;

  /// Whether begin(0) may follow what was written.
  [[nodiscard]] virtual bool can_begin_again() const = 0;

  virtual void write(std::string_view bytes) = 0;

  /// All bytes have come, and are what the daemon has. `mtime` is Unix time in ms, `mode` permission bits.
  virtual void commit(std::uint32_t mode, std::int64_t mtime) = 0;

  /// Nothing will come of it: leaves nothing behind.
  virtual void discard() = 0;

  /// Whether another try can take up what has come so far.
  [[nodiscard]] virtual bool is_resumable() const = 0;

  /// For people.
  [[nodiscard]] virtual const std::string& name() const = 0;
};

}  // namespace filer
