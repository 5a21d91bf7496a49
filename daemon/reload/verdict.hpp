#pragma once

#include <string>
#include <vector>

namespace filer {

/// What became of loading the configuration again.
struct Verdict {
  bool is_applied = false;         ///< false: nothing has changed
  std::vector<std::string> lines;  ///< why not, or what of it needs a restart
};

}  // namespace filer
