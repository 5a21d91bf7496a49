#pragma once

#include "protocol/reply.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace filer {

/// An error that the daemon answered with.
struct RemoteError {
  std::string code;  ///< as it came: a newer daemon may send codes that this version does not know
  std::string message;
  std::optional<std::uint64_t> size;
};

/// A reply that is not what docs/protocol.md describes.
class MalformedReply : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The first frame of a reply, which may come from anybody: each call reads what it names, and throws
/// MalformedReply where that is missing or something else. Members it does not know are ignored: newer
/// daemons may send more.
class ReceivedReply {
 public:
  /// Any bytes; throws MalformedReply.
  explicit ReceivedReply(std::string_view bytes);
  ~ReceivedReply();
  ReceivedReply(ReceivedReply&&) noexcept;
  ReceivedReply& operator=(ReceivedReply&&) noexcept;

  [[nodiscard]] const ReplyStamp& stamp() const noexcept { return stamp_; }

  /// Why there is nothing else in it.
  [[nodiscard]] const std::optional<RemoteError>& error() const noexcept { return error_; }

  /// The etag is still the one that the request named, and there is nothing else in it.
  [[nodiscard]] bool is_not_modified() const;

  /// The bytes inside it, whatever encoding they came in; nullopt where there are none.
  [[nodiscard]] std::optional<std::string> content() const;

  [[nodiscard]] Hello hello() const;
  [[nodiscard]] ChunkHeader chunk() const;
  [[nodiscard]] FileStatus status() const;
  [[nodiscard]] DirectoryPage page() const;
  [[nodiscard]] Digests digests() const;
  [[nodiscard]] std::vector<NamedNumber> statistics() const;

 private:
  struct Document;

  std::unique_ptr<Document> document_;
  ReplyStamp stamp_;
  std::optional<RemoteError> error_;
};

}  // namespace filer
