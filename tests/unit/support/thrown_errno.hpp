#pragma once

#include <system_error>

namespace filer::test {

/// The errno of the std::system_error that `action` throws; 0 where it throws none.
template <class Action>
int thrown_errno(const Action& action) {
  try {
    (void)action();
    return 0;
  } catch (const std::system_error& error) {
    return error.code().value();
  }
}

}  // namespace filer::test
