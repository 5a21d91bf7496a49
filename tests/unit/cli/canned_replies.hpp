#pragma once

#include "cli/client.hpp"
#include "protocol/reply.hpp"
#include "tests/unit/cli/responder.hpp"

#include <optional>
#include <string>

namespace filer::test {

inline constexpr ReplyStamp stamp{1, 42};

inline Frames content(const std::string& text) {
  return {"", encode_classic_reply(text, stamp)};
}

inline Frames refusal(ErrorCode code) {
  return {"", encode_error_reply(code, "no", std::nullopt, stamp)};
}

inline Responder::Answer always(const Frames& frames) {
  return [frames](const std::string&) { return frames; };
}

/// Whether it is what a client asks for a sign of life with.
inline bool is_hello(const std::string& request) {
  return request == R"({"op":"hello"})";
}

/// The content that a classic request gets; "none" where the reply has none.
inline std::string ask_for_content(Client& client) {
  return client.ask(ClassicRequest{"x"}).reply.content().value_or("none");
}

}  // namespace filer::test
