#include "tests/fuzz/captured_output.hpp"

#include "tests/fuzz/check.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

/// In place of the C library's.
extern "C" int isatty(int) noexcept {
  return 1;
}

namespace filer::fuzz {

CapturedOutput::CapturedOutput() {
  FUZZ_CHECK(::setenv("TERM", "xterm", 1) == 0);
  const int file = ::memfd_create("standard output", MFD_CLOEXEC);
  FUZZ_CHECK(file >= 0 && ::dup2(file, STDOUT_FILENO) == STDOUT_FILENO);
  ::close(file);
}

void CapturedOutput::begin() {
  FUZZ_CHECK(::ftruncate(STDOUT_FILENO, 0) == 0 && ::lseek(STDOUT_FILENO, 0, SEEK_SET) == 0);
  usual_ = stderr;
  stderr = ::open_memstream(&told_, &told_size_);
}

CapturedOutput::Texts CapturedOutput::end() {
  std::fclose(stderr);
  stderr = usual_;
  Texts texts;
  texts.told.assign(told_, told_size_);
  std::free(told_);
  texts.printed.resize(static_cast<std::size_t>(::lseek(STDOUT_FILENO, 0, SEEK_END)));
  const ssize_t count = ::pread(STDOUT_FILENO, texts.printed.data(), texts.printed.size(), 0);
  FUZZ_CHECK(count == static_cast<ssize_t>(texts.printed.size()));
  return texts;
}

}  // namespace filer::fuzz
