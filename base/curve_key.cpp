#include "base/curve_key.hpp"

#include "base/system_error.hpp"

#include <sodium.h>
#include <zmq.h>

#include <array>
#include <stdexcept>

namespace filer {
namespace {

/// libzmq ends texts with a NUL.
using KeyText = std::array<char, curve_key_length + 1>;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

SecretKey::~SecretKey() {
  ::sodium_memzero(text_.data(), text_.size());
}

bool is_curve_key(std::string_view text) {
  if (text.size() != curve_key_length || text.find('\0') != std::string_view::npos) return false;
  std::array<unsigned char, curve_key_bytes> bytes{};
  const SecretKey terminated(text);
  const bool is_key = ::zmq_z85_decode(bytes.data(), terminated.text().c_str()) != nullptr;
  ::sodium_memzero(bytes.data(), bytes.size());
  return is_key;
}

std::string curve_key_text(std::string_view bytes) {
  if (bytes.size() != curve_key_bytes) return {};
  KeyText text{};
  ::zmq_z85_encode(text.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return text.data();
}

CurveKeyPair make_curve_key_pair() {
  KeyText public_key{}, secret_key{};
  do {
    if (::zmq_curve_keypair(public_key.data(), secret_key.data()) != 0) throw_errno("make a CURVE key");
  } while (!is_letter_or_digit(public_key.front()));
  CurveKeyPair pair{public_key.data(), SecretKey(secret_key.data())};
  ::sodium_memzero(secret_key.data(), secret_key.size());
  return pair;
}

std::string public_key_of(const SecretKey& secret_key) {
  KeyText public_key{};
  const bool is_key = is_curve_key(secret_key.text()) &&
                      ::zmq_curve_public(public_key.data(), secret_key.text().c_str()) == 0;
  if (!is_key) throw std::invalid_argument("not a CURVE key");
  return public_key.data();
}

std::string make_secret_text() {
  if (::sodium_init() < 0) throw_errno("prepare libsodium");
  std::string bytes(curve_key_bytes, '\0');
  ::randombytes_buf(bytes.data(), bytes.size());
  return curve_key_text(bytes);
}

bool is_same_secret(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && ::sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace filer
