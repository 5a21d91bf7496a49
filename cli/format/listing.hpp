#pragma once

#include "protocol/reply.hpp"

#include <string>
#include <vector>

/// How ls shows entries to people: the text of a number of lines, each with its newline.
namespace filer {

/// One name a line, as it is.
[[nodiscard]] std::string format_names(const std::vector<DirectoryEntry>& entries);

/// Names below one another in as few lines as fit into `width` columns, as ls does. For a terminal: escaped.
[[nodiscard]] std::string format_columns(const std::vector<DirectoryEntry>& entries, std::size_t width);

struct LongFormat {
  bool is_human = false;  ///< sizes in binary units
  bool escapes = false;   ///< for a terminal
};

/// Type, size, time and name, one entry a line; directories end in /, symbolic links in @.
[[nodiscard]] std::string format_long(const std::vector<DirectoryEntry>& entries, const LongFormat& format);

/// One JSON object a line, each with its path: that of the entry below `directory`, or the entry's name where
/// that is empty.
[[nodiscard]] std::string format_json(const std::vector<DirectoryEntry>& entries,
                                      const std::string& directory);

/// The path of an entry of a directory: "app.log" of ".", "logs/app.log" of "logs".
[[nodiscard]] std::string path_below(const std::string& directory, const std::string& name);

}  // namespace filer
