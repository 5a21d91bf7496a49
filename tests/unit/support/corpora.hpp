#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace filer::test {

/// A path below the directory that FILER_CORPORA names, which holds test data that is not part of this
/// project: json/test_parsing (JSONTestSuite) and naughty-strings.json. nullopt where it is not set.
[[nodiscard]] std::optional<std::filesystem::path> corpus(const std::string& name);

/// The files of a directory whose names begin with `prefix`, in order.
[[nodiscard]] std::vector<std::filesystem::path> files_in(const std::filesystem::path& directory,
                                                          const std::string& prefix);

}  // namespace filer::test
