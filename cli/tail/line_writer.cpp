#include "cli/tail/line_writer.hpp"

#include "cli/format/name.hpp"

#include <algorithm>

namespace filer {
namespace {

constexpr std::size_t most_held = 1 << 20;

}  // namespace

void LineWriter::write(std::uint64_t offset, std::string_view bytes) {
  if (!console_.json()) {
    console_.write(bytes);
    return;
  }
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    const std::size_t length = std::min({newline, bytes.size(), most_held - line_.size()});
    hold(offset, bytes.substr(0, length));
    const bool is_line = length == newline;
    if (is_line || line_.size() == most_held) print_line();
    offset += length + (is_line ? 1 : 0);
    bytes.remove_prefix(length + (is_line ? 1 : 0));
  }
}

void LineWriter::finish() {
  if (!line_.empty()) print_line();
}

void LineWriter::hold(std::uint64_t offset, std::string_view bytes) {
  if (line_.empty()) line_offset_ = offset;
  line_ += bytes;
}

void LineWriter::print_line() {
  JsonWriter json;
  json.begin_object();
  write_name(json, "path", path_);
  json.key("offset").number(line_offset_);
  write_name(json, "line", line_);
  json.end_object();
  console_.print(json.take());
  line_.clear();
}

}  // namespace filer
