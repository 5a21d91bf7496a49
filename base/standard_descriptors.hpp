#pragma once

namespace filer {

/// Opens /dev/null where standard input, output or error is closed: otherwise the next descriptor that is
/// opened takes their place, and what is printed goes to a socket. Call it first. Throws std::system_error.
void occupy_standard_descriptors();

}  // namespace filer
