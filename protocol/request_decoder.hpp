#pragma once

#include "protocol/request.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace filer {

/// Turns the bytes of a request frame into a Request. Keeps its parser's memory between requests, and knows
/// the last one again: pollers and crowds ask the same. One thread at a time.
class RequestDecoder {
 public:
  /// `most_bytes`: a longer request is refused unread.
  explicit RequestDecoder(std::size_t most_bytes);
  ~RequestDecoder();
  RequestDecoder(const RequestDecoder&) = delete;
  RequestDecoder& operator=(const RequestDecoder&) = delete;

  /// Any bytes. Throws RequestError (bad_request, unknown_op) for what is not a request.
  [[nodiscard]] Request decode(std::string_view bytes);

 private:
  struct Parser;

  Request parse(std::string_view bytes);

  std::size_t most_bytes_;
  std::unique_ptr<Parser> parser_;
  std::string last_bytes_;  ///< empty: none
  Request last_;            ///< what they were
};

}  // namespace filer
