#include "protocol/json_escape.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <array>
#include <bit>

namespace filer {
namespace {

/// What each byte becomes inside a string: 0 itself, 'u' \u00XX, any other character a backslash and that
/// character.
consteval std::array<char, 256> make_escapes() {
  std::array<char, 256> escapes{};
  for (std::size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
  escapes['\b'] = 'b';
  escapes['\t'] = 't';
  escapes['\n'] = 'n';
  escapes['\f'] = 'f';
  escapes['\r'] = 'r';
  escapes['"'] = '"';
  escapes['\\'] = '\\';
  return escapes;
}

constexpr std::array<char, 256> escapes = make_escapes();

char escape_of(char c) noexcept {
  return escapes[static_cast<unsigned char>(c)];
}

#ifdef __SSE2__
/// A bit for each of 16 bytes that must be escaped.
unsigned escapes_among(const char* bytes) noexcept {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const __m128i last_control = _mm_set1_epi8(0x1f);
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, last_control), block);
  const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, backslash))));
}
#endif

}  // namespace

std::size_t find_json_escape_bytewise(std::string_view text, std::size_t from) noexcept {
  while (from < text.size() && escape_of(text[from]) == 0) ++from;
  return from;
}

std::size_t find_json_escape(std::string_view text, std::size_t from) noexcept {
#ifdef __SSE2__
  constexpr std::size_t block = 16;
  for (; text.size() - from >= block; from += block) {
    const unsigned found = escapes_among(text.data() + from);
    if (found != 0) return from + static_cast<std::size_t>(std::countr_zero(found));
  }
#endif
  return find_json_escape_bytewise(text, from);
}

std::size_t json_escaped_size(std::string_view text) noexcept {
  std::size_t size = text.size();
  for (std::size_t at = find_json_escape(text, 0); at < text.size(); at = find_json_escape(text, at + 1))
    size += escape_of(text[at]) == 'u' ? 5U : 1U;
  return size;
}

void append_json_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::size_t plain_from = 0;
  while (true) {
    const std::size_t at = find_json_escape(text, plain_from);
    out.append(text.substr(plain_from, at - plain_from));
    if (at == text.size()) return;
    const char escape = escape_of(text[at]);
    out += '\\';
    out += escape;
    if (escape == 'u') {
      const auto byte = static_cast<unsigned char>(text[at]);
      out += {'0', '0', digits[byte >> 4], digits[byte & 0xf]};
    }
    plain_from = at + 1;
  }
}

}  // namespace filer
