#pragma once

#include "base/bytes.hpp"
#include "protocol/error_code.hpp"
#include "protocol/request.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is answered; docs/protocol.md describes each member.
namespace filer {

/// A reply as frames: one JSON object, and for a raw `get` the bytes behind it.
struct Reply {
  std::string header;
  std::shared_ptr<const Bytes> data;  ///< shared by replies to the same request; may be none

  [[nodiscard]] std::size_t size() const noexcept { return header.size() + (data ? data->size() : 0); }
};

/// What every reply carries: when and by which process it was made.
struct ReplyStamp {
  std::int64_t timestamp = 0;  ///< Unix time, ms
  std::int64_t pid = 0;
};

/// A counter, gauge or limit.
struct NamedNumber {
  std::string name;
  std::uint64_t value = 0;
};

/// What the daemon tells a peer that says hello.
struct Hello {
  std::string version;
  std::vector<std::string> ops;
  std::vector<std::string> roots;  ///< names this peer may use
  std::vector<NamedNumber> limits;
  std::string peer;  ///< its address, as the daemon sees it
};

/// What kind of thing a path or an entry is, as the wire says it.
enum class FileType : std::uint8_t { file, directory, symlink, other };

[[nodiscard]] std::string_view file_type_name(FileType type) noexcept;

/// What stands in front of a range of a file.
struct ChunkHeader {
  std::string etag;
  std::uint64_t size = 0;             ///< of the file
  std::uint64_t offset = 0;           ///< of the bytes
  std::uint64_t length = 0;           ///< of the bytes
  bool eof = false;                   ///< the bytes end where the file ends
  std::int64_t mtime = 0;             ///< Unix time, ms
  std::uint32_t mode = 0;             ///< permission bits
  std::string id;                     ///< which file it is, whatever it holds
  std::optional<std::string> digest;  ///< SHA-256 of the bytes, in hexadecimal, where it was asked for
};

struct Chunk {
  ChunkHeader header;
  Bytes bytes;
};

struct FileStatus {
  FileType type = FileType::other;
  std::uint64_t size = 0;
  std::int64_t mtime = 0;  ///< Unix time, ms
  std::uint32_t mode = 0;  ///< permission bits
  std::string etag;
  std::string id;  ///< which file it is, whatever it holds
};

/// What a range of a file hashes to.
struct Digests {
  std::string etag;
  std::uint64_t size = 0;                ///< of the file
  std::uint64_t offset = 0;              ///< of the range
  std::uint64_t length = 0;              ///< of the range
  bool eof = false;                      ///< the range ends where the file ends
  std::optional<std::uint64_t> chunk;    ///< bytes that each digest is of, but the last; not set: one of all
  std::vector<std::string> hexadecimal;  ///< SHA-256 each; exactly one without `chunk`
};

struct DirectoryEntry {
  std::string name;  ///< any bytes but NUL and /
  FileType type = FileType::other;
  std::uint64_t size = 0;
  std::int64_t mtime = 0;  ///< Unix time, ms
};

struct DirectoryPage {
  std::vector<DirectoryEntry> entries;
  std::optional<std::string> next;  ///< where the next page begins; not set: this was the last one
  std::string etag;                 ///< of the directory
};

/// {"content":…,"timestamp":…,"pid":…}; bytes that are not UTF-8 travel as base64, with "encoding":"base64"
/// after the content.
[[nodiscard]] std::string encode_classic_reply(std::string_view content, const ReplyStamp& stamp);

[[nodiscard]] std::string encode_hello_reply(const Hello& hello, const ReplyStamp& stamp);

/// Header and bytes of a `get`. `utf8`: as text in the header, for bytes that are UTF-8; otherwise as they
/// are in a frame of their own, or as base64 in the header.
[[nodiscard]] Reply encode_chunk_reply(Chunk chunk, Encoding encoding, const ReplyStamp& stamp);

[[nodiscard]] std::string encode_status_reply(const FileStatus& status, const ReplyStamp& stamp);

/// {"not_modified":true,"etag":…}: the etag is the one that the request named.
[[nodiscard]] std::string encode_not_modified_reply(std::string_view etag, const ReplyStamp& stamp);

[[nodiscard]] std::string encode_page_reply(const DirectoryPage& page, const ReplyStamp& stamp);

[[nodiscard]] std::string encode_digest_reply(const Digests& digests, const ReplyStamp& stamp);

[[nodiscard]] std::string encode_stats_reply(const std::vector<NamedNumber>& statistics,
                                             const ReplyStamp& stamp);

/// {"error":{"code":…,"message":…},"timestamp":…,"pid":…}
[[nodiscard]] std::string encode_error_reply(ErrorCode code, std::string_view message,
                                             std::optional<std::uint64_t> size, const ReplyStamp& stamp);

}  // namespace filer
