#pragma once

#include <string>
#include <string_view>

namespace filer {

/// What an endpoint may look like, for messages.
inline constexpr std::string_view endpoint_forms = "tcp://HOST:PORT, tcp://[IPv6]:PORT or ipc:///PATH";

/// Whether the client takes this for an endpoint. One that has blanks or control characters is none: lists of
/// endpoints and lines of known servers could not hold it.
[[nodiscard]] bool is_endpoint(std::string_view text);

/// One spelling for all spellings of an endpoint, to look up what is known of it: names of hosts in small
/// letters, numeric addresses in their shortest form, and localhost as 127.0.0.1, for names are connected to
/// over IPv4. Not one to connect to. Names are not resolved.
[[nodiscard]] std::string canonical_endpoint(std::string_view endpoint);

}  // namespace filer
