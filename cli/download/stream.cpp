#include "cli/download/stream.hpp"

#include "base/escape.hpp"
#include "cli/output_file.hpp"

namespace filer {

void Stream::write(std::string_view bytes) {
  is_written_ = is_written_ || !bytes.empty();
  write_all(file_, bytes, name_);
}

}  // namespace filer
