#pragma once

#include "base/file_descriptor.hpp"

#include <string>
#include <string_view>

namespace filer {

/// A file that appears under its name only when it is complete: until then it is a temporary file beside it,
/// removed if this goes without commit(). An existing file is replaced in one step.
class OutputFile {
 public:
  /// Throws std::system_error.
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);

  /// Brings the content to disk, then gives the file its name. Throws std::system_error.
  void commit();

 private:
  std::string path_;
  std::string temporary_path_;
  UniqueFileDescriptor file_;
};

/// Writes all of it to an open descriptor. Throws std::system_error naming `what`, and CommandError
/// (interrupted).
void write_all(FileDescriptor file, std::string_view bytes, const std::string& what);

}  // namespace filer
