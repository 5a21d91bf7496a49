#pragma once

#include "protocol/reply.hpp"
#include "protocol/request.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace filer {

/// What has become of a watched path.
struct Change {
  enum class Kind : std::uint8_t { created, changed, deleted };

  Kind kind = Kind::changed;
  std::optional<FileStatus> status;  ///< not set: deleted
};

[[nodiscard]] std::string_view kind_name(Change::Kind kind) noexcept;

/// A path and what was known of it last.
class WatchedPath {
 public:
  explicit WatchedPath(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// Asks for what is not known yet; where there is something, the reply may be held for `wait`.
  [[nodiscard]] Request request(std::chrono::milliseconds wait) const;

  /// There is this now, or with nullopt nothing. Gives the change; the first time there is none.
  [[nodiscard]] std::optional<Change> take(std::optional<FileStatus> status);

 private:
  std::string path_;
  bool is_known_ = false;
  std::optional<std::string> etag_;  ///< not set: nothing was there
};

}  // namespace filer
