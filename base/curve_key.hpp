#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace filer {

/// A CURVE key as text: Z85, ZeroMQ's notation (RFC 32), of 32 bytes.
inline constexpr std::size_t curve_key_length = 40;
inline constexpr std::size_t curve_key_bytes = 32;

/// What messages call it.
inline constexpr std::string_view curve_key_form = "40 characters of Z85";

[[nodiscard]] bool is_curve_key(std::string_view text);

/// The text of a key that came as bytes; empty where these are not as many as a key has.
[[nodiscard]] std::string curve_key_text(std::string_view bytes);

/// The text of a secret key, which is wiped from memory when it goes. Moves, never copies.
class SecretKey {
 public:
  SecretKey() noexcept = default;
  explicit SecretKey(std::string_view text) : text_(text) {}
  SecretKey(SecretKey&& other) noexcept : text_(std::move(other.text_)) { other.text_.clear(); }
  SecretKey& operator=(SecretKey&& other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  ~SecretKey();

  [[nodiscard]] bool is_empty() const noexcept { return text_.empty(); }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;  ///< too long to be kept inside of the object: a move leaves no copy behind
};

/// Both halves of a key.
struct CurveKeyPair {
  std::string public_key;
  SecretKey secret_key;
};

/// A new one, at random. The public key begins with a letter or a digit, so that command lines take it for
/// what it is. Throws std::system_error.
[[nodiscard]] CurveKeyPair make_curve_key_pair();

/// The public half of a secret key. Throws std::invalid_argument where it is not a key.
[[nodiscard]] std::string public_key_of(const SecretKey& secret_key);

/// 256 random bits as text, which nobody can guess. Throws std::system_error.
[[nodiscard]] std::string make_secret_text();

/// Compares in a time that tells nothing of where the two differ.
[[nodiscard]] bool is_same_secret(std::string_view a, std::string_view b) noexcept;

}  // namespace filer
