#include "daemon/files/unchanged.hpp"

namespace filer {

FileState regular_file_state(FileDescriptor file) {
  const FileState state = state_of(file);
  if (state.type == FileType::directory) {
    throw RequestError(ErrorCode::not_a_file, "a directory, not a file");
  }
  if (state.type != FileType::file) throw RequestError(ErrorCode::not_a_file, "not a regular file");
  return state;
}

}  // namespace filer
