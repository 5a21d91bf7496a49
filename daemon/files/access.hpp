#pragma once

#include <cstdint>
#include <exception>

namespace filer {

/// What an operation on files may cost the thread that calls it.
enum class Access : std::uint8_t {
  cached,   ///< only what the kernel has in memory: throws WouldBlock for anything else
  blocking  ///< whatever it takes; a network file system that hangs, hangs it
};

/// Thrown under Access::cached where the operation might block: nothing is known yet, do it where it may.
class WouldBlock : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the operation might block"; }
};

}  // namespace filer
