#include "cli/watched_path.hpp"

#include <utility>

namespace filer {

std::string_view kind_name(Change::Kind kind) noexcept {
  constexpr std::string_view names[] = {"created", "changed", "deleted"};
  return names[static_cast<std::size_t>(kind)];
}

Request WatchedPath::request(std::chrono::milliseconds wait) const {
  StatRequest request;
  request.target.path = path_;
  if (etag_) request.if_none_match = {etag_, static_cast<std::uint64_t>(wait.count())};
  return request;
}

std::optional<Change> WatchedPath::take(std::optional<FileStatus> status) {
  const auto before = std::exchange(etag_, status ? std::optional(status->etag) : std::nullopt);
  if (!std::exchange(is_known_, true) || before == etag_) return std::nullopt;
  if (!before) return Change{Change::Kind::created, std::move(status)};
  if (!status) return Change{Change::Kind::deleted, std::nullopt};
  return Change{Change::Kind::changed, std::move(status)};
}

}  // namespace filer
