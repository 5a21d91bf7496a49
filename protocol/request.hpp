#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

/// What can be asked; docs/protocol.md describes each member.
namespace filer {

/// An object without `op`: the whole file, as text in JSON.
struct ClassicRequest {
  static constexpr std::string_view op = "classic";  ///< what logs call it; the wire has no such name
  std::string path;                                  ///< UTF-8, neither empty nor with a NUL in it
  bool operator==(const ClassicRequest&) const = default;
};

/// {"op":"hello"}: what the daemon is, offers and allows.
struct HelloRequest {
  static constexpr std::string_view op = "hello";
  bool operator==(const HelloRequest&) const = default;
};

/// {"op":"stats"}: counters since start.
struct StatsRequest {
  static constexpr std::string_view op = "stats";
  bool operator==(const StatsRequest&) const = default;
};

/// What an op request is about.
struct Target {
  std::optional<std::string>
      root;          ///< its name; not set: the default one, or that which an absolute path lies in
  std::string path;  ///< any bytes but NUL, not empty; "." is the root itself
  bool operator==(const Target&) const = default;
};

/// The watch: nothing is sent while the etag is this one.
struct IfNoneMatch {
  std::optional<std::string> etag;  ///< not set: whatever the etag is
  std::uint64_t wait_ms = 0;        ///< how long the reply may be held for another etag; only with an etag
  bool operator==(const IfNoneMatch&) const = default;
};

/// How a `get` sends its bytes: behind the header as they are, or inside it as text that must be UTF-8, or as
/// base64.
enum class Encoding : std::uint8_t { raw, utf8, base64 };

/// {"op":"get",…}: a range of a file's bytes.
struct GetRequest {
  static constexpr std::string_view op = "get";
  Target target;
  std::uint64_t offset = 0;             ///< bytes
  std::optional<std::uint64_t> length;  ///< bytes; not set: as much as one reply carries
  Encoding encoding = Encoding::raw;
  std::optional<std::string> if_match;  ///< only if the file's etag is this one; otherwise `changed`
  IfNoneMatch if_none_match;
  bool digest = false;  ///< send the SHA-256 of the bytes as well
  bool operator==(const GetRequest&) const = default;
};

/// {"op":"stat",…}: what a path is.
struct StatRequest {
  static constexpr std::string_view op = "stat";
  Target target;
  IfNoneMatch if_none_match;
  bool operator==(const StatRequest&) const = default;
};

/// {"op":"list",…}: a page of a directory's entries.
struct ListRequest {
  static constexpr std::string_view op = "list";
  Target target;
  std::optional<std::string> after;    ///< where the page before ended: its `next`
  std::optional<std::uint64_t> limit;  ///< entries, at least 1; not set: as many as one reply carries
  IfNoneMatch if_none_match;
  bool operator==(const ListRequest&) const = default;
};

/// {"op":"digest",…}: the SHA-256 of a range of a file, or of each chunk of it.
struct DigestRequest {
  static constexpr std::string_view op = "digest";
  Target target;
  std::uint64_t offset = 0;             ///< bytes
  std::optional<std::uint64_t> length;  ///< bytes; not set: to the end of the file
  std::optional<std::uint64_t> chunk;   ///< bytes, at least 1; not set: one digest of all of it
  bool operator==(const DigestRequest&) const = default;
};

using Request = std::variant<ClassicRequest, HelloRequest, GetRequest, StatRequest, ListRequest,
                             DigestRequest, StatsRequest>;

/// The op requests, as `hello` tells them.
inline constexpr std::string_view op_names[] = {HelloRequest::op, GetRequest::op,    StatRequest::op,
                                                ListRequest::op,  DigestRequest::op, StatsRequest::op};

}  // namespace filer
