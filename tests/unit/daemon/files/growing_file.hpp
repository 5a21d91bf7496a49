#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <string>
#include <thread>

namespace filer::test {

/// The n-th byte of a growing file, so that any prefix of it can be told from any other bytes.
inline char nth_byte(std::size_t n) {
  return static_cast<char>('a' + n * 7 % 26);
}

/// What a growing file holds when it has this size.
inline std::string grown_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t n = 0; n < size; ++n) bytes[n] = nth_byte(n);
  return bytes;
}

/// A file of some size that a thread appends to, byte by byte, with a rest in between or without.
class GrowingFile {
 public:
  GrowingFile(const std::string& path, std::size_t size, std::chrono::microseconds rest)
      : file_(path, std::ios::binary | std::ios::app) {
    file_ << grown_bytes(size) << std::flush;
    thread_ = std::thread([this, size, rest] {
      for (std::size_t n = size; !done_; ++n) {
        file_ << nth_byte(n) << std::flush;
        if (rest.count() > 0) std::this_thread::sleep_for(rest);
      }
    });
  }
  ~GrowingFile() {
    done_ = true;
    thread_.join();
  }
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

 private:
  std::ofstream file_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace filer::test
