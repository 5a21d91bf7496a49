#pragma once

#include "cli/console.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace filer {

/// Prints the bytes of a file as they come: as they are, or with --json as one object for each line. A line
/// of more than a mebibyte is printed in several objects, so that what is held is bounded.
class LineWriter {
 public:
  /// `console` must outlive this.
  LineWriter(std::string path, const Console& console) : path_(std::move(path)), console_(console) {}

  /// `offset`: where in the file the bytes are. Throws std::system_error, CommandError (interrupted).
  void write(std::uint64_t offset, std::string_view bytes);

  /// What was written last ends here, be it a line or not.
  void finish();

 private:
  void hold(std::uint64_t offset, std::string_view bytes);
  void print_line();

  std::string path_;
  const Console& console_;
  std::uint64_t line_offset_ = 0;
  std::string line_;  ///< what came of a line that has not ended yet
};

}  // namespace filer
