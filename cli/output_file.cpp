#include "cli/output_file.hpp"

#include "base/system_error.hpp"
#include "cli/interrupt.hpp"

#include <unistd.h>

#include <cerrno>

namespace filer {

void write_all(FileDescriptor file, std::string_view bytes, const std::string& what) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) throw_errno("write " + what);
    throw_if_interrupted();
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace filer
