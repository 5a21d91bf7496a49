#include "protocol/base64.hpp"

#include <sodium/utils.h>

#include <algorithm>

namespace filer {
namespace {

constexpr int variant = sodium_base64_VARIANT_ORIGINAL;

const unsigned char* as_unsigned(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  const std::size_t room = sodium_base64_encoded_len(bytes.size(), variant);  // with the NUL it ends in
  std::string text(room, '\0');
  sodium_bin2base64(text.data(), room, as_unsigned(bytes), bytes.size(), variant);
  text.resize(room - 1);
  return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
  // libsodium 1.0.18 takes every byte past ASCII for a digit.
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; })) return std::nullopt;
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const int status = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(),
                                       text.data(), text.size(), nullptr, &size, &end, variant);
  if (status != 0 || end != text.data() + text.size()) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

}  // namespace filer
