#pragma once

#include "daemon/files/file_store.hpp"
#include "daemon/handler/error_mapper.hpp"
#include "tests/unit/support/temp_directory.hpp"

#include <cstdint>
#include <string>

namespace filer::test {

inline RootConfig root_config(const std::string& path, const std::string& name = "default") {
  RootConfig config;
  config.path = path;
  config.name = name;
  config.where = "here";
  return config;
}

/// What a request for `path` gets: "content: …", or the code it is refused with.
inline std::string ask(const FileStore& store, const std::string& path, std::uint64_t most_bytes = 1 << 20) {
  try {
    return "content: " + std::string(store.read_whole(store.locate(path), most_bytes));
  } catch (...) {
    return std::string(error_code_name(map_exception(std::current_exception()).code));
  }
}

/// What lies outside the root: it must never appear in a reply.
inline constexpr const char* canary = "the canary";

/// A root directory with a few files, and beside it what must never be served.
class ServedRoot {
 public:
  ServedRoot() {
    host.write("outside/secret.txt", canary);
    host.write("root-beside/secret.txt", canary);
    host.write("root/file.txt", "hello");
    host.write("root/dir/inner.txt", "inner");
  }

  [[nodiscard]] std::string root() const { return host / "root"; }
  [[nodiscard]] FileStore open() const { return FileStore({config}); }
  [[nodiscard]] std::string ask(const std::string& path) const { return test::ask(open(), path); }

  TempDirectory host;
  RootConfig config = root_config(host / "root");
};

}  // namespace filer::test
