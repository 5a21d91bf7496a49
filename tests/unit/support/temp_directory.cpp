#include "tests/unit/support/temp_directory.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace filer::test {

namespace fs = std::filesystem;

TempDirectory::TempDirectory() : TempDirectory(fs::temp_directory_path()) {}

TempDirectory::TempDirectory(const std::string& parent)
    : path_(fs::canonical(parent) / "zmq-filer-test.XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp " + path_);
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TempDirectory::operator/(std::string_view name) const {
  return path_ + "/" + std::string(name);
}

std::string TempDirectory::write(std::string_view name, std::string_view bytes) const {
  std::string path = *this / name;
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  file << bytes << std::flush;
  if (!file) throw std::runtime_error("write " + path);
  return path;
}

std::string TempDirectory::make_directory(std::string_view name) const {
  std::string path = *this / name;
  fs::create_directories(path);
  return path;
}

std::string TempDirectory::make_link(std::string_view name, const std::string& target) const {
  std::string path = *this / name;
  fs::create_directories(fs::path(path).parent_path());
  fs::create_symlink(target, path);
  return path;
}

std::size_t TempDirectory::count() const {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
}

std::string TempDirectory::only_name() const {
  EXPECT_EQ(count(), 1U);
  return fs::directory_iterator(path_)->path().filename();
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace filer::test
