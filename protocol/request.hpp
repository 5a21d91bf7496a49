#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace filer {

/// An object without `op`: the whole file, as text in JSON.
struct ClassicRequest {
  static constexpr std::string_view op = "classic";  ///< what logs call it; the wire has no such name
  std::string path;                                  ///< UTF-8, neither empty nor with a NUL in it
};

/// {"op":"hello"}: what the daemon is, offers and allows.
struct HelloRequest {
  static constexpr std::string_view op = "hello";
};

using Request = std::variant<ClassicRequest, HelloRequest>;

}  // namespace filer
