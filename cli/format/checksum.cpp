#include "cli/format/checksum.hpp"

namespace filer {

std::string format_checksum(std::string_view hexadecimal, std::string_view path) {
  std::string line;
  if (path.find_first_of("\\\n\r") != std::string_view::npos) line = '\\';
  line += hexadecimal;
  line += "  ";
  for (const char c : path) {
    if (c == '\\') {
      line += "\\\\";
    } else if (c == '\n') {
      line += "\\n";
    } else if (c == '\r') {
      line += "\\r";
    } else {
      line += c;
    }
  }
  return line;
}

}  // namespace filer
