#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

namespace filer::fuzz {

/// A real directory of one fuzzer, removed when it ends.
class TempDirectory {
 public:
  TempDirectory() {
    std::string pattern = std::filesystem::temp_directory_path() / "zmq-filer-fuzz.XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = pattern;
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  void write(const std::filesystem::path& below, std::string_view text) const {
    std::filesystem::create_directories((path_ / below).parent_path());
    std::ofstream(path_ / below, std::ios::binary) << text;
  }

 private:
  std::filesystem::path path_;
};

/// A text that no input can hold, for it is different each time.
inline std::string make_canary() {
  std::random_device random;
  std::string canary;
  for (int word = 0; word < 8; ++word) canary += std::to_string(random());
  return canary;
}

/// Replaces each `name` in an input by what inputs cannot know.
inline std::string with(std::string input, std::string_view name, std::string_view value) {
  for (std::size_t at = 0; (at = input.find(name, at)) != std::string::npos; at += value.size()) {
    input.replace(at, name.size(), value);
  }
  return input;
}

}  // namespace filer::fuzz
