#include "base/system_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

namespace filer {

std::system_error make_system_error(int error_number, const std::string& operation) {
  return {error_number, std::generic_category(), operation};
}

void throw_errno(const std::string& operation) {
  throw make_system_error(errno, operation);
}

bool is_lasting(int error_number) noexcept {
  constexpr std::array reasons = {ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, ELOOP, ENAMETOOLONG, ENXIO, ENOSYS};
  return std::find(reasons.begin(), reasons.end(), error_number) != reasons.end();
}

}  // namespace filer
