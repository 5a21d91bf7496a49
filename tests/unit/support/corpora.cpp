#include "tests/unit/support/corpora.hpp"

#include <algorithm>
#include <cstdlib>

namespace filer::test {

namespace fs = std::filesystem;

std::optional<fs::path> corpus(const std::string& name) {
  const char* directory = std::getenv("FILER_CORPORA");
  if (directory == nullptr) return std::nullopt;
  return fs::path(directory) / name;
}

std::vector<fs::path> files_in(const fs::path& directory, const std::string& prefix) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with(prefix)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace filer::test
