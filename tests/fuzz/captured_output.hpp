#pragma once

#include <cstddef>
#include <cstdio>
#include <string>

namespace filer::fuzz {

/// What is printed meanwhile, by a program that takes both for terminals. There may be one.
class CapturedOutput {
 public:
  struct Texts {
    std::string printed;  ///< to standard output
    std::string told;     ///< to standard error by way of stdio
  };

  /// Standard output is a file in memory from now on; reports of sanitizers still go to standard error.
  CapturedOutput();

  void begin();
  Texts end();

 private:
  char* told_ = nullptr;
  std::size_t told_size_ = 0;
  std::FILE* usual_ = nullptr;
};

}  // namespace filer::fuzz
