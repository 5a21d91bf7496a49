#include "cli/endpoint_form.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace filer {
namespace {

constexpr std::string_view tcp = "tcp://";

bool is_blank_or_control(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

/// libzmq takes any number for a port and connects to what remains of it in 16 bits.
bool is_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc() && rest == digits.data() + digits.size() && !digits.starts_with('0');
}

/// The colons of an IPv6 address belong in brackets; what libzmq would read before a semicolon is an address
/// to connect from.
bool is_host(std::string_view text) {
  if (text.starts_with('[')) return text.find_first_of("];") == text.size() - 1;
  return !text.empty() && text.find_first_of(":;") == std::string_view::npos;
}

std::string numeric_address(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, address, text.data(), text.size());
}

/// `host` may be in brackets.
std::string canonical_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.ends_with('.')) host.remove_suffix(1);
  std::string name(host);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (name == "localhost") return "127.0.0.1";
  in_addr ipv4{};
  if (::inet_aton(name.c_str(), &ipv4) != 0) return numeric_address(AF_INET, &ipv4);
  in6_addr ipv6{};
  if (::inet_pton(AF_INET6, name.c_str(), &ipv6) != 1) return name;
  if (IN6_IS_ADDR_V4MAPPED(&ipv6)) return numeric_address(AF_INET, &ipv6.s6_addr[12]);
  return numeric_address(AF_INET6, &ipv6);
}

}  // namespace

bool is_endpoint(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), is_blank_or_control)) return false;
  if (text.starts_with("ipc://")) return text.starts_with("ipc:///") || text.starts_with("ipc://@");
  if (!text.starts_with(tcp)) return false;
  text.remove_prefix(tcp.size());
  const std::size_t colon = text.rfind(':');
  return colon != std::string_view::npos && is_host(text.substr(0, colon)) && is_port(text.substr(colon + 1));
}

std::string canonical_endpoint(std::string_view endpoint) {
  const std::size_t colon = endpoint.rfind(':');
  if (!endpoint.starts_with(tcp) || colon < tcp.size()) return std::string(endpoint);
  std::string canonical(tcp);
  canonical += canonical_host(endpoint.substr(tcp.size(), colon - tcp.size()));
  canonical += endpoint.substr(colon);
  return canonical;
}

}  // namespace filer
