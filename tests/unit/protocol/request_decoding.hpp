#pragma once

#include "protocol/error_code.hpp"
#include "protocol/request_decoder.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace filer::test {

inline constexpr std::size_t most_bytes = 64 << 10;

/// The path of a classic request.
inline std::string path_of(std::string_view bytes) {
  RequestDecoder decoder(most_bytes);
  return std::get<ClassicRequest>(decoder.decode(bytes)).path;
}

/// "code: message" of a request that is refused; "accepted" for one that is not.
inline std::string refusal_by(RequestDecoder& decoder, std::string_view bytes) {
  try {
    (void)decoder.decode(bytes);
    return "accepted";
  } catch (const RequestError& error) {
    return std::string(error_code_name(error.code)) + ": " + error.what();
  }
}

inline std::string refusal_of(std::string_view bytes) {
  RequestDecoder decoder(most_bytes);
  return refusal_by(decoder, bytes);
}

}  // namespace filer::test
