#include "daemon/access/address_range.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

namespace filer {
namespace {

constexpr unsigned all_bits = 128;
constexpr unsigned mapped_bits = 96;  ///< of ::ffff:0:0/96, which stands before an address of IPv4
constexpr IpAddress mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};

constexpr const char* expected_form =
    "expected an IP address, or a network such as 192.0.2.0/24 or 2001:db8::/32";

/// Whether two addresses share their first bits.
bool share(const IpAddress& a, const IpAddress& b, unsigned bits) noexcept {
  const unsigned bytes = bits / 8;
  if (!std::equal(a.begin(), a.begin() + bytes, b.begin())) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || (a[bytes] ^ b[bytes]) >> (8 - rest) == 0;
}

bool is_ipv4(const IpAddress& address) noexcept {
  return share(address, mapped, mapped_bits);
}

unsigned parse_bits(std::string_view text, unsigned most) {
  unsigned bits = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (error != std::errc() || rest != text.data() + text.size() || bits > most) {
    throw std::invalid_argument(expected_form);
  }
  return bits;
}

bool has_bits_behind(const IpAddress& address, unsigned bits) noexcept {
  for (unsigned bit = bits; bit < all_bits; ++bit) {
    if ((address[bit / 8] >> (7 - bit % 8) & 1) != 0) return true;
  }
  return false;
}

}  // namespace

std::optional<IpAddress> parse_ip_address(std::string_view text) noexcept {
  std::array<char, INET6_ADDRSTRLEN> name{};
  text = text.substr(0, text.find('%'));
  if (text.size() >= name.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), name.begin());
  IpAddress address = mapped;
  if (::inet_pton(AF_INET, name.data(), &address[mapped_bits / 8]) == 1) return address;
  if (::inet_pton(AF_INET6, name.data(), address.data()) == 1) return address;
  return std::nullopt;
}

AddressRange::AddressRange(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip_address(text.substr(0, slash));
  if (!address || text.find('%') != std::string_view::npos) throw std::invalid_argument(expected_form);
  first_ = *address;
  bits_ = all_bits;
  if (slash == std::string_view::npos) return;
  const bool is_written_as_ipv4 = text.find(':') == std::string_view::npos;
  const unsigned before = is_written_as_ipv4 ? mapped_bits : 0;
  bits_ = before + parse_bits(text.substr(slash + 1), all_bits - before);
  if (has_bits_behind(first_, bits_)) {
    throw std::invalid_argument("the address has bits behind those that name the network");
  }
}

bool AddressRange::contains(const IpAddress& address) const noexcept {
  return is_ipv4(address) == is_ipv4(first_) && share(address, first_, bits_);
}

}  // namespace filer
