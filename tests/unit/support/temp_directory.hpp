#pragma once

#include <string>
#include <string_view>

namespace filer::test {

/// A real directory of one test, removed with everything in it when the test ends. Names are relative to it;
/// directories between are made as needed.
class TempDirectory {
 public:
  TempDirectory();
  explicit TempDirectory(const std::string& parent);
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  /// Absolute, without symbolic links in it, without a trailing slash.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const;

  /// Each returns the absolute path of what it made.
  std::string write(std::string_view name, std::string_view bytes) const;
  std::string make_directory(std::string_view name) const;
  std::string make_link(std::string_view name, const std::string& target) const;

  /// How many names there are directly in it.
  [[nodiscard]] std::size_t count() const;

  /// The one name that is directly in it.
  [[nodiscard]] std::string only_name() const;

 private:
  std::string path_;
};

/// The whole content of a file; fails the test where it cannot be read.
[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace filer::test
