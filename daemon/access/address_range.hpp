#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace filer {

/// An IP address as 16 bytes; one of IPv4 as ::ffff:a.b.c.d, so that it is the same however a peer came.
using IpAddress = std::array<std::uint8_t, 16>;

/// A numeric address, without the scope that a link-local one may have behind a %; nullopt: anything else.
[[nodiscard]] std::optional<IpAddress> parse_ip_address(std::string_view text) noexcept;

/// One address, or the network that shares its first bits: of IPv4, or of IPv6.
class AddressRange {
 public:
  /// Parses ADDRESS or ADDRESS/BITS. Throws std::invalid_argument that says what was expected, also where the
  /// address has bits behind the first BITS: a typing error would open more than was meant.
  explicit AddressRange(std::string_view text);

  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;

 private:
  IpAddress first_;
  unsigned bits_;
};

}  // namespace filer
