#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace filer {

/// What a file that has not come whole is a part of.
struct PartialRecord {
  std::string path;  ///< on the daemon, as it was asked for; any bytes
  std::string etag;
  std::uint64_t size = 0;  ///< of the whole file

  bool operator==(const PartialRecord&) const = default;
};

/// As a line of JSON.
[[nodiscard]] std::string encode_record(const PartialRecord& record);

/// nullopt: it is none, or was cut short.
[[nodiscard]] std::optional<PartialRecord> decode_record(std::string_view text);

}  // namespace filer
