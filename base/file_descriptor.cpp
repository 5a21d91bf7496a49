#include "base/file_descriptor.hpp"

#include <unistd.h>

namespace filer {

UniqueFileDescriptor::~UniqueFileDescriptor() {
  if (value_ >= 0) ::close(value_);
}

}  // namespace filer
