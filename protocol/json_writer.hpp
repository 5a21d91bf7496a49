#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace filer {

/// Writes compact JSON, members in the order of the calls. Nothing is checked: the caller opens, names and
/// closes in step, and hands in valid UTF-8. Strings come out as JSON.stringify writes them: only what RFC
/// 8259 §7 demands is escaped.
class JsonWriter {
 public:
  /// Throws std::bad_alloc, as every call does that writes.
  JsonWriter();

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);

  JsonWriter& string(std::string_view utf8);
  JsonWriter& number(std::int64_t value);
  JsonWriter& number(std::uint64_t value);
  JsonWriter& number(double value);  ///< finite
  JsonWriter& boolean(bool value);

  /// The text so far; the writer is empty afterwards.
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void separate();

  std::string out_;
};

}  // namespace filer
