#include "base/system_error.hpp"

#include <cerrno>

namespace filer {

std::system_error make_system_error(int error_number, const std::string& operation) {
  return {error_number, std::generic_category(), operation};
}

void throw_errno(const std::string& operation) {
  throw make_system_error(errno, operation);
}

}  // namespace filer
