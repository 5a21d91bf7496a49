#include "daemon/files/watch_points.hpp"

namespace filer {

SplitPath split_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const bool is_name_alone = slash == std::string::npos;
  SplitPath split{is_name_alone ? "." : path.substr(0, slash + 1),
                  path.substr(is_name_alone ? 0 : slash + 1)};
  if (split.name == "." || split.name == "..") split.name.clear();
  return split;
}

}  // namespace filer
