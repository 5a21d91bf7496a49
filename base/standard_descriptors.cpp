#include "base/standard_descriptors.hpp"

#include "base/system_error.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace filer {

void occupy_standard_descriptors() {
  int opened = 0;
  while (opened <= STDERR_FILENO) {
    opened = ::open("/dev/null", O_RDWR);
    if (opened < 0) throw_errno("open /dev/null");
  }
  ::close(opened);
}

}  // namespace filer
