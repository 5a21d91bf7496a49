#pragma once

#include "base/file_descriptor.hpp"

#include <cstdint>

namespace filer {

/// What the process uses of what it may have.
struct Vitals {
  /// Resident and its own: neither files nor what it shares with others. 0 in builds with instruments.
  std::uint64_t memory_bytes = 0;
  std::uint64_t descriptors = 0;
  std::uint64_t descriptor_limit = 0;
};

/// Looks at the process it lives in. Holds /proc/self open, so that it still works once nothing can be opened
/// any more, for want of descriptors or by confinement. One thread.
class VitalSigns {
 public:
  /// Throws std::system_error.
  VitalSigns();

  /// Throws std::system_error.
  [[nodiscard]] Vitals take() const;

 private:
  UniqueFileDescriptor memory_;       ///< /proc/self/statm
  UniqueFileDescriptor descriptors_;  ///< /proc/self/fd
};

/// How many descriptors this process may have. Throws std::system_error.
[[nodiscard]] std::uint64_t descriptor_limit();

/// Raises the number of descriptors that this process may have to what it may raise it to. Nothing here uses
/// select(2), for which the lower one is there.
void raise_descriptor_limit() noexcept;

}  // namespace filer
