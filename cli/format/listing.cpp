#include "cli/format/listing.hpp"

#include "base/escape.hpp"
#include "cli/format/name.hpp"
#include "cli/format/number.hpp"
#include "cli/format/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

namespace filer {
namespace {

constexpr std::size_t gap = 2;

char type_letter(FileType type) {
  constexpr std::string_view letters = "-dl?";
  return letters[static_cast<std::size_t>(type)];
}

std::string_view type_mark(FileType type) {
  if (type == FileType::directory) return "/";
  return type == FileType::symlink ? "@" : "";
}

std::string size_of(const DirectoryEntry& entry, bool is_human) {
  return is_human ? format_human_size(static_cast<double>(entry.size)) : std::to_string(entry.size);
}

/// How wide each column is where names stand below one another in so many rows.
std::vector<std::size_t> column_widths(const std::vector<std::size_t>& widths, std::size_t rows) {
  std::vector<std::size_t> columns;
  for (std::size_t first = 0; first < widths.size(); first += rows) {
    const std::size_t end = std::min(first + rows, widths.size());
    columns.push_back(*std::max_element(widths.begin() + static_cast<std::ptrdiff_t>(first),
                                        widths.begin() + static_cast<std::ptrdiff_t>(end)));
  }
  return columns;
}

/// The fewest rows in which the names fit.
std::size_t fewest_rows(const std::vector<std::size_t>& widths, std::size_t width) {
  const std::size_t most_columns = std::min(width / (gap + 1) + 1, widths.size());
  for (std::size_t columns = most_columns; columns > 1; --columns) {
    const std::size_t rows = (widths.size() + columns - 1) / columns;
    const auto used = column_widths(widths, rows);
    if (std::accumulate(used.begin(), used.end(), gap * (used.size() - 1)) <= width) return rows;
  }
  return widths.size();
}

}  // namespace

std::string format_names(const std::vector<DirectoryEntry>& entries) {
  std::string text;
  for (const DirectoryEntry& entry : entries) text += entry.name + '\n';
  return text;
}

std::string format_columns(const std::vector<DirectoryEntry>& entries, std::size_t width) {
  if (entries.empty()) return {};
  std::vector<std::string> names;
  std::vector<std::size_t> widths;
  for (const DirectoryEntry& entry : entries) {
    names.push_back(escape(entry.name));
    widths.push_back(display_width(names.back()));
  }
  const std::size_t rows = fewest_rows(widths, width);
  const auto columns = column_widths(widths, rows);
  std::string text;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t index = row; index < names.size(); index += rows) {
      text += names[index];
      if (index + rows < names.size()) text.append(columns[index / rows] - widths[index] + gap, ' ');
    }
    text += '\n';
  }
  return text;
}

std::string format_long(const std::vector<DirectoryEntry>& entries, const LongFormat& format) {
  std::size_t width = 0;
  for (const DirectoryEntry& entry : entries) width = std::max(width, size_of(entry, format.is_human).size());
  std::string text;
  for (const DirectoryEntry& entry : entries) {
    fmt::format_to(std::back_inserter(text), "{} {:>{}} {} {}{}\n", type_letter(entry.type),
                   size_of(entry, format.is_human), width, format_minute(entry.mtime),
                   format.escapes ? escape(entry.name) : entry.name, type_mark(entry.type));
  }
  return text;
}

std::string format_json(const std::vector<DirectoryEntry>& entries, const std::string& directory) {
  std::string text;
  for (const DirectoryEntry& entry : entries) {
    JsonWriter json;
    json.begin_object();
    write_name(json, "path", directory.empty() ? entry.name : path_below(directory, entry.name));
    json.key("type").string(file_type_name(entry.type)).key("size").number(entry.size);
    json.key("mtime").number(entry.mtime).end_object();
    text += json.take() + '\n';
  }
  return text;
}

std::string path_below(const std::string& directory, const std::string& name) {
  if (directory == ".") return name;
  return directory.ends_with('/') ? directory + name : directory + '/' + name;
}

}  // namespace filer
