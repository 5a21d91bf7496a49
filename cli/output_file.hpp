#pragma once

#include "base/file_descriptor.hpp"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace filer {

/// A file that appears under its name only when it is complete: until then it is a temporary file beside it,
/// removed if this goes without commit(). An existing file is replaced in one step and its mode kept; of a
/// symbolic link, the file it leads to. What is no regular file (a FIFO, a device) is written to instead.
class OutputFile {
 public:
  /// Throws std::system_error.
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);

  /// Brings the content to disk, then gives the file its name. Throws std::system_error.
  void commit();

 private:
  std::string path_;
  mode_t mode_;
  std::string temporary_path_;  ///< empty: the target itself is written to, or the file has its name
  UniqueFileDescriptor file_;
};

/// Writes all of it to an open descriptor. Throws std::system_error naming `what`, and CommandError
/// (interrupted).
void write_all(FileDescriptor file, std::string_view bytes, const std::string& what);

}  // namespace filer
